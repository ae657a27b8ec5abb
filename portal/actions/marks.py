"""注意事項: what the desk knows of a person before the ledger does. It counts like the ledger's own, at once and everywhere."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Row, select, update
from sqlalchemy.orm import aliased

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import holds, locks, matches, reactions
from portal.actions.arrays import among
from portal.db import db
from portal.i18n import N_
from portal.models.organisations import Account
from portal.models.persons import Mark
from portal.models.receivables import Person
from portal.rules.placeability import BY_HAND

# what cases at partners feel, as the desk reads it before: see rules/movements
FOLLOWS = {
    "recalled": N_("委託中の案件は、すぐに引き揚げます。"),
    "law_team": N_("委託中の案件は連絡を止めます（弁護士チームへの引渡しを検討します）。"),
    "desk": N_("委託中の案件は連絡を止めます（市で確認します）。"),
}


class MarkedAlready(Exception):
    label = N_("同じ注意事項がすでに付いています。")


class EndedAlready(Exception):
    label = N_("この注意事項はすでに外れています。")


def of_person(person_id: uuid.UUID) -> Sequence[Row[Mark, str, str | None]]:
    """(mark, who set it, who ended it), those that stand first, then the newest."""
    setter, ender = aliased(Account), aliased(Account)
    found = (
        select(Mark, setter.name, ender.name)
        .join(setter, setter.id == Mark.by_id)
        .outerjoin(ender, ender.id == Mark.ended_by)
        .where(Mark.person_id == person_id)
    )
    return db.session.execute(found.order_by(Mark.ended_at.desc().nulls_first(), Mark.at.desc(), Mark.id.desc())).all()


def set_by_hand(person_id: uuid.UUID, code: str, *, reason: str, by: Principal) -> str:
    """From now on nothing of this person is handed over, and cases at partners feel it at once.

    Answers the effect on them, a code of rules.movements.EFFECT_LABELS. NoResultFound; KeyError; MarkedAlready.
    """
    db.session.get_one(Person, person_id)
    BY_HAND[code]
    locks.persons([person_id])
    live = select(Mark.id).where(Mark.person_id == person_id, Mark.code == code, Mark.ended_at.is_(None))
    if db.session.scalar(live):
        raise MarkedAlready
    mark = Mark(person_id=person_id, code=code, reason=reason, by_id=by.account_id, at=scope.now())
    db.session.add(mark)
    db.session.flush()
    return reactions.react(person_id, code, source_id=mark.id, by=by)


def end(mark_id: uuid.UUID, *, reason: str, by: Principal) -> Mark:
    """The mark comes off, also from whoever was joined to this person, and the holds it placed end.

    NoResultFound, EndedAlready.
    """
    mark = db.session.get_one(Mark, mark_id)
    persons = [mark.person_id, *matches.merged(mark.person_id)]
    locks.persons(persons)
    ended = (
        update(Mark)
        .where(Mark.person_id == among(persons), Mark.code == mark.code, Mark.ended_at.is_(None))
        .values(ended_at=scope.now(), ended_by=by.account_id, end_reason=reason)
    )
    gone = list(db.session.scalars(ended.returning(Mark.id)))
    if not gone:
        raise EndedAlready
    for each in gone:
        holds.lift_of(each, reason=reason, by=by)
    db.session.refresh(mark)
    return mark
