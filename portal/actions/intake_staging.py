"""What the check leaves for the load: the storable records as COPY text, sealed beside the upload, with their digests.

So the load streams what was checked, and judges nothing again; that it is the same the digests in `Intake.totals` prove.
"""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any, Self

from portal.adapters.ledger_copy import PEOPLE, RECORDS, SPOILT, LedgerCopy
from portal.adapters.sealed import Writer
from portal.adapters.storage import STAGED, Uploads
from portal.db import db
from portal.models.intakes import Intake
from portal.rules.ledger import Finding
from portal.rules.ledger_layout import Layout

# which file beside the upload goes to which table of the stage
TABLES = {
    "records": ("city.intake_stage", RECORDS),
    "people": ("city.intake_person", PEOPLE),
    "spoilt": ("city.intake_spoilt", SPOILT),
}
EMPTY = "truncate " + ", ".join(table for table, _ in TABLES.values())
_STORED = ("excluded", "accepted")
_HELD = 256 * 1024


class Differs(Exception):
    """What would be loaded is not what was checked: nothing of it is kept."""


class Missing(Exception):
    """The upload is there, and what its check left is not: checked by an earlier version, or half discarded."""


class Staging:
    """Takes every record as it is judged; `digests` once it is closed. Used as a context."""

    def __init__(self, intake_id: uuid.UUID, uploads: Uploads, layout: Layout) -> None:
        self._id, self._uploads, self._copy = intake_id, uploads, LedgerCopy(layout)
        self._files = ExitStack()
        self._out: dict[str, _Out] = {}
        self.digests: dict[str, str] = {}

    def __enter__(self) -> Self:
        for part in TABLES:
            self._out[part] = _Out(self._files.enter_context(self._uploads.beside(self._id, STAGED[part])))
        return self

    def __exit__(self, *failed: Any) -> bool | None:
        if failed[0] is None:
            for line in self._copy.people():
                self._out["people"].write(line)
            self.digests = {part: out.finish() for part, out in self._out.items()}
        return self._files.__exit__(*failed)

    def __call__(self, line: int, finding: Finding, cells: Sequence[str], again: bool) -> None:
        """`cells`: trimmed, in our words; of a record that nobody can read, none."""
        if finding.verdict in _STORED:
            if not again:
                self._out["records"].write(self._copy.record(line, finding, cells))
        elif cells and (key := self._copy.spoilt(line, finding.verdict, cells)):
            self._out["spoilt"].write(key)


class _Out:
    """Sealed in large pieces: a cipher a record would cost more than the record."""

    def __init__(self, sealed: Writer) -> None:
        self._sealed, self._held, self._size, self._digest = sealed, list[str](), 0, hashlib.sha256()

    def write(self, line: str) -> None:
        self._held.append(line)
        self._size += len(line)
        if self._size >= _HELD:
            self._flush()

    def finish(self) -> str:
        self._flush()
        return self._digest.hexdigest()

    def _flush(self) -> None:
        data = "".join(self._held).encode()
        self._digest.update(data)
        self._sealed.write(data)
        self._held.clear()
        self._size = 0


def copy(intake: Intake, uploads: Uploads) -> None:
    """Streams what the check left onto the stage. Differs, Missing."""
    digests = (intake.totals or {}).get("staged", {})
    if not all(part in digests and uploads.has(intake.id, STAGED[part]) for part in TABLES):
        raise Missing
    for part, (table, columns) in TABLES.items():
        cursor: Any = db.session.connection().connection.cursor()
        with cursor, cursor.copy(f"copy {table} ({', '.join(columns)}) from stdin") as stage:
            if _streamed(uploads, intake.id, part, stage) != digests[part]:
                raise Differs


def _streamed(uploads: Uploads, intake_id: uuid.UUID, part: str, stage: Any) -> str:
    digest = hashlib.sha256()
    for piece in _pieces(uploads, intake_id, part):
        digest.update(piece)
        stage.write(piece)
    return digest.hexdigest()


def _pieces(uploads: Uploads, intake_id: uuid.UUID, part: str) -> Iterator[bytes]:
    with uploads.get(intake_id, STAGED[part]).open() as stream:
        while piece := stream.read(_HELD):
            yield piece
