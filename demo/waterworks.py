"""The waterworks' register (取込元 02), and what the desk said of people who may be the same in both (名寄せの確認)."""

from datetime import date

from sqlalchemy import select

from demo import doubles, intake, ledger
from demo.moments import moment
from demo.people import Resident
from demo.stage import Stage
from portal import daily
from portal.actions import matches
from portal.db import db
from portal.models.persons import Match
from portal.models.receivables import Debtor

SOURCE = "02"
FILE = ("水道料金滞納台帳_20261031.csv", date(2026, 10, 31), True)
SAME = "住民記録で、同じ方であることを確認した（住所の書き方だけが異なる）。"
OTHER = "双子のご兄弟。住民記録で別の方であることを確認した。"


def load(stage: Stage, known: list[Resident]) -> None:
    """`known`: people of the city's register who are customers too."""
    records = [ledger.record(claim) | {"取込元": SOURCE} for claim in doubles.of_waterworks(known)]
    intake.load(stage, FILE, ledger.as_csv(records), moment("11-24 10:30"), source=SOURCE)


def judge(stage: Stage) -> None:
    """Looked for in the night; in the morning one pair is joined, one told apart, the others wait."""
    with stage.clock(moment("11-25 02:00")):
        daily.perform("match:propose")
    for part, action, verb, note, at in (
        ("same", "match:join", matches.join, SAME, "11-25 09:30"),
        ("twin", "match:part", matches.part, OTHER, "11-25 09:42"),
    ):
        with stage.acting("saiken2", action, moment(at)) as by:
            verb(_match(part).id, note=note, by=by)


def _match(part: str) -> Match:
    numbers = (doubles.REGISTER[part].number, doubles.WATERWORKS[part].number)
    persons = select(Debtor.person_id).where(Debtor.number.in_(numbers))
    return db.session.scalars(select(Match).where(Match.kept_id.in_(persons), Match.other_id.in_(persons))).one()
