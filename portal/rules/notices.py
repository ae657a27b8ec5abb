"""委託予告: who is told by letter that their claims will go to a partner, and for how long the city then waits."""

from datetime import date, timedelta

from portal.i18n import N_

NOTICE_DAYS = 14  # CFG placement_notice_days


def waits_until(noticed_on: date, days: int) -> date:
    """The last day of the period. The first day is not counted (民法140条)."""
    return noticed_on + timedelta(days=days)


def places_from(last_day: date) -> date:
    """The first day of a hand-over: the period ends with its last day (民法141条)."""
    return last_day + timedelta(days=1)


# why somebody fell out of a plan by itself, beside placeability.LABELS
OVER, OUTSIDE, JOINED = "contract_over", "outside_the_choice", "joined"
FELL_OUT = {
    OVER: N_("契約が終了"),
    OUTSIDE: N_("予定の条件に当てはまらなくなった"),
    JOINED: N_("名寄せで別の方にまとめた"),
}
