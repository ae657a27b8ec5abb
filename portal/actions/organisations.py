"""The city's partners and the contracts with them."""

import uuid
from datetime import date, time

from sqlalchemy import select

from portal.access import scope
from portal.access.principal import Principal
from portal.clock import day_of
from portal.db import db
from portal.i18n import N_
from portal.models.organisations import Engagement, Organisation

KINDS = {
    "city": N_("市"),
    "call_centre": N_("コールセンター"),
    "servicer": N_("債権回収会社（サービサー）"),
    "law_team": N_("弁護士チーム"),
}
PARTNER_KINDS = tuple(kind for kind in KINDS if kind != "city")
LAWFUL_DAY = (time(8), time(21))  # 貸金業法21条1項1号, which the contracts copy


class NameTaken(Exception):
    """A partner of this name is there already: staff could not tell the two apart."""

    label = N_("同じ名前の委託先がすでに登録されています。")


class OutsideTheDay(Exception):
    label = N_("架電できる時間は8:00から21:00の間で、開始を終了より前にしてください。")


class EndsBeforeStart(Exception):
    label = N_("終了日は開始日以後にしてください。")


def make(*, kind: str, name: str, by: Principal) -> Organisation:
    """A partner, from today on. KeyError for a kind no partner has, NameTaken."""
    if kind not in PARTNER_KINDS:
        raise KeyError(kind)
    if db.session.scalar(select(Organisation.id).where(Organisation.name == name)):
        raise NameTaken
    made = Organisation(kind=kind, name=name, active_from=day_of(scope.now()))
    db.session.add(made)
    db.session.flush()
    return made


def engage(
    org_id: uuid.UUID,
    *,
    title: str,
    contract_no: str,
    starts: date,
    ends: date,
    weekday: tuple[time, time],
    weekend: tuple[time, time],
    by: Principal,
    conflict_check: bool = False,
) -> Engagement:
    """A contract (委託契約); `weekday` and `weekend`: the hours of calls, JST. NoResultFound when there is no such partner.

    `conflict_check`: names are looked up before any hand-over; of a law team only.
    """
    organisation = db.session.get_one(Organisation, org_id)
    if organisation.kind not in PARTNER_KINDS:
        raise KeyError(organisation.kind)
    if ends < starts:
        raise EndsBeforeStart
    for first, last in (weekday, weekend):
        if not LAWFUL_DAY[0] <= first < last <= LAWFUL_DAY[1]:
            raise OutsideTheDay
    made = Engagement(
        org_id=org_id,
        title=title,
        contract_no=contract_no,
        starts=starts,
        ends=ends,
        weekday_from=weekday[0],
        weekday_until=weekday[1],
        weekend_from=weekend[0],
        weekend_until=weekend[1],
        conflict_check=conflict_check and organisation.kind == "law_team",
    )
    db.session.add(made)
    db.session.flush()
    return made
