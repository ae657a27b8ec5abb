"""The web server, for `make run` and for hosts of one's own. The address comes from -b."""

import sys
from typing import Any

from config import Settings
from portal import demo_clock

worker_class = "gthread"
workers = 2
threads = 8
timeout = 60
graceful_timeout = 25
keepalive = 5
# its default place is in HOME, where two checkouts collide
control_socket_disable = True
# otherwise any client on this machine or on a unix socket may claim https; ProxyFix reads what configured proxies say
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}


def on_starting(_server: Any) -> None:
    """One sentence now instead of an error on every page."""
    settings = Settings()
    if settings.demo_now and not demo_clock.accepted(settings.servers()["DATABASE_PARTNER_URL"], settings.demo_now):
        sys.exit(demo_clock.REFUSED)
