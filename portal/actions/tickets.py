"""Asking for work that happens after this transaction, and saying how far it is."""

import uuid
from typing import Any

from portal.access import scope
from portal.access.principal import Principal
from portal.db import ScopedSession, db, uuid7
from portal.models.intakes import Progress, Ticket


def ask(action: str, args: dict[str, Any], *, by: Principal) -> uuid.UUID:
    """A ticket in the caller's transaction; it reaches the queue when the transaction commits."""
    ticket = Ticket(
        id=uuid7(), org_id=by.org_id, account_id=by.account_id, action=action, args=args, at=scope.now()
    )  # fmt: skip
    db.session.add(ticket)
    return ticket.id


def progress(ticket_id: uuid.UUID, done: int, total: int) -> None:
    """Seen at once by the page that waits: written in a transaction of its own, on a connection of its own."""
    ticket = scope.nightly("jobs:work")
    with ScopedSession(db, info={"ticket": ticket, "zone": ticket.zone}) as session:
        seen = session.get(Progress, ticket_id)
        if seen is None:
            session.add(Progress(ticket_id=ticket_id, done=done, total=total))
        else:
            seen.done, seen.total = done, total
        session.commit()
