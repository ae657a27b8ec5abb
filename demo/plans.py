"""A 委託予定 in its waiting period: drawn by lot for the two call centres, told by letter last week."""

from datetime import date

from demo.accounts import PARTNERS
from demo.moments import moment
from demo.stage import Stage
from portal.actions import plans, plans_people
from portal.actions.candidates import Choice
from portal.clock import day_of
from portal.rules.allocation import Rules

DESK, SEED = "saiken2", 20261
TITLE = "令和8年12月　水道ほか　コールセンター2社"
NOTICED = date(2026, 11, 19)


def waiting(stage: Stage) -> None:
    drafted, noticed = moment("11-18 15:20"), moment("11-19 16:40")
    with stage.acting(DESK, "plan:draft", drafted) as by:
        contracts = plans.contracts(day_of(drafted))
        named = {partner.name: key for key, (_engagement, partner) in contracts.items()}
        rules = Rules(shares={named[PARTNERS[key][1]]: 50 for key in ("north", "south")})
        for choice in (Choice(group="water"), Choice()):  # a very small city may owe for no water
            drawn = plans_people.draw(choice, rules, SEED, contracts, day_of(drafted))
            if drawn.lines:
                break
        shown = len(drawn.lines), sum(line.balance for line in drawn.lines)
        plan = plans.draft(drawn, choice, rules, seed=SEED, title=TITLE, shown=shown, by=by)
    stage.run(DESK, "plan:notice", noticed, plans.notice, plan.id, noticed_on=NOTICED)
