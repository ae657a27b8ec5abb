"""関係者: guarantors, heirs, representatives, mailing addresses of a debtor. The city's own; no partner ever reads them.

Each has its own protection (支援措置): then only the key stays, and it does not come off again. Whoever is not protected
any more is ended and entered anew, which leaves who did it, and when, in the trail.
"""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from portal import clock
from portal.access import scope
from portal.access.principal import Principal
from portal.db import db
from portal.i18n import N_
from portal.models.organisations import Account
from portal.models.persons import Related
from portal.models.receivables import Debtor
from portal.rules import names

RELATIONS = {
    "guarantor": N_("連帯保証人"),
    "heir": N_("相続人"),
    "representative": N_("法定代理人"),
    "mailing": N_("送付先"),
}
WHO_AND_WHERE = ("name", "kana", "postcode", "address", "phone")


class Refused(Exception):
    label = ""


class KeysOnly(Refused):
    label = N_("支援措置の対象のため、氏名・住所・電話番号は登録できません。")


class Over(Refused):
    label = N_("この関係者の登録は、すでに終わっています。")


def of_person(person_id: uuid.UUID) -> Sequence[Row[Related, Debtor, str]]:
    """(related, the debtor's number it belongs to, who entered it), those in force first, under every number."""
    found = (
        select(Related, Debtor, Account.name)
        .join(Debtor, Debtor.id == Related.debtor_id)
        .join(Account, Account.id == Related.by_id)
        .where(Debtor.person_id == person_id)
    )
    order = (Related.valid_until.desc().nulls_first(), Related.relation, Related.at, Related.id)
    return db.session.execute(found.order_by(*order)).all()


def debtors_too(related: Sequence[Related], person_id: uuid.UUID) -> dict[uuid.UUID, uuid.UUID]:
    """{related: person} of those who stand in the ledger themselves: kana and telephone or address are the same."""
    sought = {names.kana(each.kana) for each in related} - {""}
    if not sought:
        return {}
    known = db.session.execute(
        select(Debtor.person_id, Debtor.kana_key, Debtor.address, Debtor.phone1, Debtor.phone2)
        .where(Debtor.kana_key.in_(sought), Debtor.person_id != person_id)
        .order_by(Debtor.id)
    ).all()
    return {each.id: row.person_id for each in related for row in known if _same(each, row)}


def _same(related: Related, debtor: Any) -> bool:
    if not related.kana or names.kana(related.kana) != debtor.kana_key:
        return False
    phone, place = names.phone(related.phone), names.address(related.address)
    return phone in {names.phone(debtor.phone1), names.phone(debtor.phone2)} - {""} or (
        place != "" and place == names.address(debtor.address)
    )


def add(debtor_id: uuid.UUID, relation: str, *, by: Principal, **known: Any) -> Related:
    """`known`: of WHO_AND_WHERE, valid_from, valid_until. NoResultFound, KeysOnly."""
    debtor = db.session.get_one(Debtor, debtor_id)
    if debtor.protected and any(known.get(column) for column in WHO_AND_WHERE):
        raise KeysOnly
    made = Related(
        debtor_id=debtor.id, relation=relation, by_id=by.account_id, at=scope.now(), protected=False, **known
    )
    db.session.add(made)
    db.session.flush()
    return made


def change(related_id: uuid.UUID, *, by: Principal, **known: Any) -> Related:
    """NoResultFound, KeysOnly, Over."""
    found = _running(related_id)
    protected = found.protected or db.session.get_one(Debtor, found.debtor_id).protected
    if protected and any(known.get(column) for column in WHO_AND_WHERE):
        raise KeysOnly
    for column, value in known.items():
        setattr(found, column, value)
    db.session.flush()
    return found


def end(related_id: uuid.UUID, *, on: date | None = None, by: Principal) -> Related:
    """`on`: the last day, today if none is given. NoResultFound, Over."""
    found = _running(related_id)
    today = clock.day_of(scope.now())
    found.valid_until = max(on or today, found.valid_from or date.min)
    db.session.flush()
    return found


def protect(related_id: uuid.UUID, *, by: Principal) -> Related:
    """支援措置 of the related person: who and where goes, the key stays. NoResultFound."""
    found = db.session.get_one(Related, related_id, with_for_update={"key_share": True})
    found.protected = True
    for column in WHO_AND_WHERE:
        setattr(found, column, None)
    db.session.flush()
    return found


def _running(related_id: uuid.UUID) -> Related:
    found = db.session.get_one(Related, related_id, with_for_update={"key_share": True}, populate_existing=True)
    if found.valid_until and found.valid_until < clock.day_of(scope.now()):
        raise Over
    return found
