"""A ledger file comes in (債権データの取込み): checked first, loaded on the desk's word, or cancelled."""

import io
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, BinaryIO

from sqlalchemy import delete, extract, select, update

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import tickets
from portal.adapters.ledger_file import LedgerFile
from portal.adapters.related_file import RelatedFile
from portal.adapters.storage import KEPT_HOURS, Uploads
from portal.adapters.table_file import Opens
from portal.adapters.unreadable import Unfitting, UnreadableFile
from portal.clock import day_of, in_japan
from portal.db import db, uuid7
from portal.i18n import N_
from portal.models.intakes import Intake, IntakeLine, Mapping, Ticket
from portal.rules import lifecycles

ENCODINGS = ("cp932", "utf-8")
PROFILES: dict[str, Callable[[Opens], Any]] = {"ledger": LedgerFile, "related": RelatedFile}
_HEAD = 1024 * 1024
_ZIP = b"PK\x03\x04"


class Gone(Exception):
    """The upload is not there any more: loaded, cancelled, or older than a day."""

    label = N_("ファイルの保存期間（24時間）が過ぎました。もう一度ファイルを選んで送信してください。")


def upload(
    file: BinaryIO, *, file_name: str, as_of: date, source: str, whole: bool, profile: str = "ledger",
    kinds: Sequence[str] = (), uploads: Uploads, by: Principal,
) -> Intake:  # fmt: skip
    """Takes the file in and asks for its check. `whole`: 全件 (of `kinds`, all if none), else 差分; `profile`: ledger or
    related. The source's mapping goes with a ledger. UnreadableFile: plainly no table."""
    id_ = uuid7()
    digest = uploads.save(id_, file)
    try:
        _look(uploads.get(id_), PROFILES[profile])
    except UnreadableFile:
        uploads.remove(id_)
        raise
    intake = Intake(
        id=id_, org_id=by.org_id, by_id=by.account_id, at=scope.now(), file_name=file_name, sha256=digest,
        source=source, as_of=as_of, whole=whole, profile=profile, kinds=sorted(kinds),
        mapping_id=newest_mapping(source) if profile == "ledger" else None,
        state="uploaded", ticket_id=_ask("intake:check", id_, by),
    )  # fmt: skip
    db.session.add(intake)
    return intake


def newest_mapping(source: str) -> uuid.UUID | None:
    """The mapping that counts for a ledger of this source from now on."""
    kept = select(Mapping.id).where(Mapping.source == source).order_by(Mapping.at.desc(), Mapping.id.desc()).limit(1)
    return db.session.scalar(kept)


def check_again(intake_id: uuid.UUID, *, uploads: Uploads, by: Principal, **said: Any) -> None:
    """The desk says how the file is encoded (`encoding`, one of ENCODINGS) or what its columns are (`mapping_id`); the
    verdicts so far are dropped. NotNow, Gone."""
    intake = _present(intake_id, uploads)
    ticket_id = _ask("intake:check", intake_id, by)
    move(intake, "check_again", totals=None, trouble=None, ticket_id=ticket_id, **said)
    db.session.execute(delete(IntakeLine).where(IntakeLine.intake_id == intake_id))


def load(intake_id: uuid.UUID, *, uploads: Uploads, by: Principal) -> None:
    """この内容で取り込む: asks for the load. NotNow when it is not checked or was loaded already; Gone."""
    move(_present(intake_id, uploads), "load", ticket_id=_ask("intake:load", intake_id, by))


def go_on(intake_id: uuid.UUID, *, uploads: Uploads, by: Principal) -> None:
    """A load that stopped at lost protection marks is asked for once more, by who approved. NotNow, Gone."""
    move(_present(intake_id, uploads), "go_on", ticket_id=_ask("intake:load", intake_id, by))


def cancel(intake_id: uuid.UUID, *, uploads: Uploads, by: Principal) -> None:
    """取りやめる: the upload goes at once. NotNow when it is over, or loading and has not failed: a load that fails again
    and again must not stand there for ever, and while a try runs its lock keeps the state."""
    intake = db.session.get_one(Intake, intake_id)
    if lifecycles.guard("intake", intake.state, "cancel") == "stumbled" and not stumbled(intake):
        raise lifecycles.NotNow("intake", intake.state, "cancel")
    move(intake, "cancel")
    uploads.remove(intake_id)


def move(intake: Intake, action: str, **values: Any) -> None:
    """Changes the state with the old one in the WHERE: of two who press at once the second gets NotNow."""
    after = lifecycles.next_state("intake", intake.state, action)
    same = update(Intake).where(Intake.id == intake.id, Intake.state == intake.state)
    moved: Any = db.session.execute(same.values(state=after, **values))
    if not moved.rowcount:
        db.session.refresh(intake)
        raise lifecycles.NotNow("intake", intake.state, action)


def last_as_of() -> date | None:
    """The newest as-of date of what was loaded."""
    loaded = select(Intake.as_of).where(Intake.state == "loaded")
    return db.session.scalar(loaded.order_by(Intake.as_of.desc()).limit(1))


def loaded_this_month() -> bool:
    today = day_of(scope.now())
    return (
        db.session.scalar(
            select(Intake.id)
            .where(
                Intake.state == "loaded",
                extract("year", Intake.as_of) == today.year,
                extract("month", Intake.as_of) == today.month,
            )
            .limit(1)
        )
        is not None
    )


def same_file(intake: Intake) -> Intake | None:
    """The last other intake of exactly these bytes that was not given up."""
    live = Intake.state.not_in(("cancelled", "unreadable"))
    same = select(Intake).where(Intake.sha256 == intake.sha256, Intake.id != intake.id, live)
    return db.session.scalar(same.order_by(Intake.at.desc()).limit(1))


def kept_until(intake: Intake) -> Any:
    """The instant after which the upload may be gone."""
    return in_japan(intake.at) + timedelta(hours=KEPT_HOURS)


def stumbled(intake: Intake) -> int:
    """How often its present job failed; it is tried again by itself. One sees only one's own tickets."""
    tries = select(Ticket.tries).where(Ticket.id == intake.ticket_id, Ticket.done_at.is_(None))
    return db.session.scalar(tries) or 0


def taken_back(intake: Intake) -> bool:
    """Its undoing was asked for and has not begun. One sees only one's own tickets."""
    waiting = select(Ticket.id).where(
        Ticket.id == intake.ticket_id, Ticket.action == "intake:undo", Ticket.done_at.is_(None)
    )
    return intake.state == "loaded" and db.session.scalar(waiting) is not None


def _present(intake_id: uuid.UUID, uploads: Uploads) -> Intake:
    intake = db.session.get_one(Intake, intake_id)
    if intake.state in ("checked", "unmapped", "stopped") and not uploads.has(intake_id):
        raise Gone
    return intake


def _ask(action: str, intake_id: uuid.UUID, by: Principal) -> uuid.UUID:
    return tickets.ask(action, {"intake_id": str(intake_id)}, by=by)


def _look(stored: Opens, reads: Callable[[Opens], Any]) -> None:
    """A glance that costs little, so that a wrong file is refused while the form is still open.

    Of a CSV its first megabyte is enough for the heading; of an XLSX nothing can be read before all of it.
    """
    with stored.open("rb") as stream:
        head = stream.read(_HEAD + 1)
    with suppress(Unfitting):  # a mapping may say what its columns are
        if len(head) <= _HEAD:
            reads(stored)
        elif not head.startswith(_ZIP):
            reads(_Head(head))


class _Head:
    def __init__(self, head: bytes) -> None:
        self._head = head

    def open(self, _mode: str) -> BinaryIO:
        return io.BytesIO(self._head)
