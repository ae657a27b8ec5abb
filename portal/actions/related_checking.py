"""The check of a file of related people (関係者): the file's own faults, then whether the ledger knows the debtor."""

import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Text, select

from portal.actions import arrays, intake_lines, tickets
from portal.adapters.ledger_errors import error_file
from portal.adapters.related_file import Found, RelatedFile
from portal.adapters.storage import ERRORS, Uploads
from portal.db import db
from portal.models.intakes import Intake
from portal.models.receivables import Debtor
from portal.rules.intake import Judged, Totals
from portal.rules.related_record import Related

_KEY = {"source": Text(), "number": Text()}


class Verdict(NamedTuple):
    """`debtor_id`, `protected`: of the debtor, as the ledger has it now; `again`: an equal record came before."""

    found: Found
    reasons: tuple[str, ...]
    debtor_id: uuid.UUID | None = None
    protected: bool = False
    again: bool = False


def judge(intake: Intake, uploads: Uploads, _city_code: str) -> dict[str, Any]:
    """Writes the verdicts and the error file; what the intake then says of itself."""
    file = RelatedFile(uploads.get(intake.id), intake.encoding)
    totals, loadable, done, total = Totals(), 0, 0, sum(1 for _ in file.rows())
    with uploads.beside(intake.id, ERRORS) as out:
        rejected = error_file(out, file.header, file.numbers)
        for batch in verdicts(file):
            judged = [
                Judged(v.found.line, "rejected" if v.reasons else "accepted", v.reasons, again=v.again) for v in batch
            ]
            for one, verdict in zip(judged, batch, strict=True):
                totals.add(one)
                loadable += not verdict.reasons and not verdict.again
                if verdict.reasons:
                    rejected(verdict.found.cells, verdict.reasons)
            intake_lines.write(intake.id, judged)
            done += len(batch)
            if intake.ticket_id:
                tickets.progress(intake.ticket_id, done, total)
    return {
        "encoding": file.encoding,
        "lines": totals.all.count,
        "totals": totals.as_json() | {"loadable": [loadable, 0]},
    }


def verdicts(file: RelatedFile) -> Iterator[list[Verdict]]:
    """Every record's, some thousands at a time, with the ledger as it stands."""
    conflicting, met = _conflicting(file), set[int]()
    for batch in intake_lines.batches(file):
        known = _debtors({found.person.key[:2] for found in batch if found.person})
        yield [_verdict(found, known, conflicting, met) for found in batch]


def _verdict(
    found: Found, known: dict[tuple[str, str], tuple[uuid.UUID, bool]], conflicting: set[int], met: set[int]
) -> Verdict:
    if found.person is None:
        return Verdict(found, tuple(found.reasons))
    key = hash(found.person.key)
    debtor_id, protected = known.get(found.person.key[:2], (None, False))
    reasons = ["duplicate"] if key in conflicting else []
    if debtor_id is None:
        reasons.append("unknown_debtor")
    again = key in met
    met.add(key)
    return Verdict(found, tuple(reasons), debtor_id, protected, again)


def _conflicting(file: RelatedFile) -> set[int]:
    """Keys, as hashes, that occur with different content: nobody can say which of them holds."""
    first, conflicting = dict[int, int](), set[int]()
    for found in file:
        if found.person:
            key = hash(found.person.key)
            if first.setdefault(key, hash(found.person)) != hash(found.person):
                conflicting.add(key)
    return conflicting


def _debtors(keys: set[tuple[str, str]]) -> dict[tuple[str, str], tuple[uuid.UUID, bool]]:
    wanted = arrays.table("wanted", list(keys), _KEY)
    same = (Debtor.source == wanted.c.source) & (Debtor.number == wanted.c.number)
    rows = db.session.execute(select(Debtor.source, Debtor.number, Debtor.id, Debtor.protected).join(wanted, same))
    return {(source, number): (id_, protected) for source, number, id_, protected in rows}


def people(file: RelatedFile) -> Iterator[tuple[Related, uuid.UUID, bool]]:
    """(person, debtor, whether the debtor is protected) of every record that may be loaded, each once."""
    for batch in verdicts(file):
        for verdict in batch:
            if verdict.found.person and verdict.debtor_id and not verdict.reasons and not verdict.again:
                yield verdict.found.person, verdict.debtor_id, verdict.protected
