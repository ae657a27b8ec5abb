"""Opens every transaction as somebody: one statement, before anything else, decided by PostgreSQL.

Nothing bound: the transaction runs as a bare login, which has no right at all. One Session, one principal.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, event, text
from sqlalchemy.exc import DBAPIError

from portal.access.principal import Principal
from portal.db import ScopedSession, db

_NOTE = text("select access.note(:noun, :verb, :ids)")


@dataclass(frozen=True)
class Ticket:
    """How a transaction opens: through which login, with which binding function and values."""

    zone: str
    call: str
    values: tuple[tuple[str, Any], ...]
    token: str = ""


def signed_in(token: str, action: str) -> Ticket:
    """`token`: zone letter, dot, 256 random bits in hex. A forged letter only reaches a login that refuses it."""
    zone = "city" if token.startswith("c.") else "partner"
    raw = bytes.fromhex(token[2:]) if len(token) == 66 else b""
    return Ticket(zone, "access.bind(:token, :action, :now) b", (("token", raw), ("action", action)), token)


def signing_in(zone: str, action: str) -> Ticket:
    return Ticket(zone, "access.bind_signin(:action, :now) b", (("action", action),))


def job(ticket_id: uuid.UUID) -> Ticket:
    return Ticket("worker", "access.bind_job(:ticket, :now) b", (("ticket", ticket_id),))


def nightly(action: str) -> Ticket:
    return Ticket("worker", "access.bind_nightly(:action, :now) b", (("action", action),))


def system(action: str) -> Ticket:
    """The city itself, with the desk's rights, for the few actions that access.bind_system names."""
    return Ticket("worker", "access.bind_system(:action, :now) b", (("action", action),))


def new_token(zone: str) -> str:
    return f"{zone[0]}.{secrets.token_hex(32)}"


def raw_token(token: str) -> bytes:
    return bytes.fromhex(token[2:])


def enter(ticket: Ticket) -> None:
    """From here on this Session is this somebody's. Raises RuntimeError when it is already somebody else's."""
    session = db.session()
    if session.info.get("ticket") not in (None, ticket):
        raise RuntimeError("this session is bound already")
    session.info.update(ticket=ticket, zone=ticket.zone)


def leave() -> None:
    """Closes the Session; the next one is nobody's."""
    db.session.remove()


def now() -> datetime:
    """The instant given to this transaction, the same as access.now() in PostgreSQL."""
    db.session.connection()
    return db.session().info["now"]


def principal() -> Principal:
    """Who PostgreSQL says is asking. Raises DBAPIError 28000 when it says nobody."""
    db.session.connection()
    session = db.session()
    row = session.info["bound"]
    return Principal(
        row.account_id, row.org_id, row.org_kind, row.role.removeprefix("portal_"), row.name, row.org_name,
        row.city_name, session.info["ticket"].token,
    )  # fmt: skip


def bound() -> Any:
    """The row the binding function answered; for a job it carries `action` and `args`."""
    db.session.connection()
    return db.session().info["bound"]


class Unrecorded(Exception):
    """The trail cannot be written, so nothing may be shown. `orig`: what PostgreSQL said, of which a log keeps the state."""

    def __init__(self, error: DBAPIError) -> None:
        self.orig = error.orig


def note(noun: str, ids: list[uuid.UUID], verb: str = "read") -> None:
    """Writes who looked at what into the trail. A door that shows a person calls it before it answers. Unrecorded."""
    if not ids:
        return
    try:
        db.session.connection().execute(_NOTE, {"noun": noun, "verb": verb, "ids": ids})
    except DBAPIError as error:
        raise Unrecorded(error) from error
    _noted().append((noun, ids, verb))


def note_again() -> None:
    """After a rollback: an answer that changed nothing (a form with errors) still showed what it showed."""
    seen = [entry for entry in _noted() if entry[2] != "refuse"]
    _noted().clear()
    for entry in seen:
        note(*entry)
    if seen:
        db.session.commit()


def _noted() -> list[tuple[str, list[uuid.UUID], str]]:
    return db.session().info.setdefault("noted", [])


_standing: list[datetime] = []


def stand_still(at: datetime | None) -> None:
    """The demo's clock stands; PostgreSQL refuses it outside a demo."""
    _standing[:] = [at] if at else []


def real_time() -> datetime:
    return datetime.now(UTC)


def clock() -> datetime:
    return _standing[0] if _standing else real_time()


@event.listens_for(ScopedSession, "after_begin")
def _open(session: ScopedSession, transaction: Any, connection: Any) -> None:
    ticket = session.info.get("ticket")
    if ticket is None or transaction.nested:
        return
    session.info["now"] = clock()
    values = {**dict(ticket.values), "now": session.info["now"]}
    session.info["bound"] = connection.execute(_opening(ticket.call), values).one()


@lru_cache(maxsize=16)  # one a binding function
def _opening(call: str) -> TextClause:
    return text(f"select set_config('role', b.role, true), b.* from {call}")
