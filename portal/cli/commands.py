"""The flask commands: every noun's group."""

import flask

from portal.cli import city, jobs, policy

NOUNS = (city, jobs, policy)


def attach(app: flask.Flask) -> None:
    for noun in NOUNS:
        app.cli.add_command(noun.group)
