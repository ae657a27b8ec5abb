"""A clock that stands still (DEMO_NOW): the database decides whether it may, and only a demo's lets it."""

from datetime import datetime

import psycopg

from portal.bootstrap import connect

REFUSED = "DEMO_NOW is for the demo city only, and the city of this database is a real one. Unset DEMO_NOW."


def accepted(partner_url: str, at: datetime) -> bool:
    """Asked as the sign-in page asks, so the answer is the one every page would get."""
    with connect(partner_url) as connection:
        try:
            connection.execute("select access.bind_signin('session:open', %s)", [at])
        except psycopg.errors.InvalidAuthorizationSpecification:
            return False
    return True
