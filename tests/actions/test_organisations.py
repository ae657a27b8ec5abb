"""Partners and contracts: what may be registered."""

from datetime import date, time

import pytest
from sqlalchemy import select

from portal.actions import organisations
from portal.db import db
from portal.models.organisations import Engagement
from tests import cast

TERMS = {"title": "令和8年度 催告業務委託", "contract_no": "R8-9", "starts": date(2026, 12, 1), "ends": date(2027, 3, 31),
         "weekday": (time(8), time(21)), "weekend": (time(9), time(17))}  # fmt: skip


def test_a_partner_is_there_from_today_and_its_name_once(acting):
    with acting("adi", "organisation:make") as adi:
        made = organisations.make(kind="servicer", name="東サービサー", by=adi)
        assert (made.kind, made.active_from) == ("servicer", cast.TODAY)
        with pytest.raises(organisations.NameTaken):
            organisations.make(kind="call_centre", name="東サービサー", by=adi)


def test_there_is_one_city(acting):
    with acting("adi", "organisation:make") as adi, pytest.raises(KeyError):
        organisations.make(kind="city", name="もう一つの市", by=adi)


def test_a_contract_keeps_its_terms(acting):
    with acting("adi", "engagement:make") as adi:
        made = organisations.engage(cast.id_("south"), **TERMS, by=adi).id
    with acting("adi", "organisation:list"):
        kept = db.session.scalars(select(Engagement).where(Engagement.id == made)).one()
        assert (kept.weekday_from, kept.weekday_until, kept.ends) == (time(8), time(21), date(2027, 3, 31))


def test_no_contract_calls_outside_the_lawful_day(acting):
    wrong = (time(7, 59), time(20)), (time(9), time(21, 1)), (time(12), time(12)), (time(20), time(9))
    with acting("adi", "engagement:make") as adi:
        for hours in wrong:
            for days in ("weekday", "weekend"):
                with pytest.raises(organisations.OutsideTheDay):
                    organisations.engage(cast.id_("south"), **TERMS | {days: hours}, by=adi)


def test_a_contract_ends_after_it_starts_and_not_with_the_city(acting):
    with acting("adi", "engagement:make") as adi:
        with pytest.raises(organisations.EndsBeforeStart):
            organisations.engage(cast.id_("south"), **TERMS | {"ends": date(2026, 11, 30)}, by=adi)
        with pytest.raises(KeyError):
            organisations.engage(cast.id_("city"), **TERMS, by=adi)
