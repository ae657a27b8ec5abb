"""The entrance for web servers and for `flask` at the prompt."""

from portal import create_app

app = create_app()
