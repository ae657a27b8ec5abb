"""Between the city and its partners: receipts confirmed, a question that waits, recalls announced and one objected to."""

import uuid
from datetime import date

from demo.drawing import SUPERVISORS
from demo.moments import moment
from demo.story import Story
from portal.actions import acceptances, recall_notices, standings

RECALL_ON = date(2026, 12, 8)
WHY = "電話・郵便ともに連絡がつかない案件の見直しのため。決裁：債管第241号（令和8年11月20日）"
OBJECTION = "ご本人から納付の予定をうかがっています。その日の入金を確認するまで、対応を続けさせてください。"
QUESTION = "時効の完成が近いため、督促状の到達日と、最後に納付のあった日が分かる資料をお願いします。"


def speak(story: Story) -> None:
    cases = {(case.partner, case.who.lead): case.id for case in story.cases if case.who.lead}
    for partner, login in SUPERVISORS.items():
        some = [case.id for case in story.cases if case.partner == partner and case.who.lead != "long_name"]
        story.stage.run(login, "acceptance:give", moment("11-05 09:20"), acceptances.receive, some)
    _law_team(story, cases)
    wanted = [cases["north", "promised"], cases["north", "moved"]]
    announced = moment("11-24 11:10")
    story.stage.run(
        "saiken1", "recall:announce", announced, recall_notices.announce, wanted, reason=WHY, final_on=RECALL_ON
    )
    with story.stage.acting("kita-sv", "recall:object", moment("11-25 10:40")) as by:
        notices = [one.notice_id for one in standings.of(wanted[:1]).values() if one.notice_id]
        recall_notices.object_to(notices[0], words=OBJECTION, by=by)


def _law_team(story: Story, cases: dict[tuple[str, str], uuid.UUID]) -> None:
    """All but two are accepted; of one the city is asked, of the other nothing is said yet."""
    asked, silent = cases["law", "near_end"], cases["law", "old_debt"]
    some = [case.id for case in story.cases if case.partner == "law" and case.id not in (asked, silent)]
    story.stage.run("bengo1", "acceptance:give", moment("11-06 10:00"), acceptances.receive, some)
    at = moment("11-24 16:50")
    story.stage.run("bengo1", "acceptance:give", at, acceptances.give, asked, decision="asked", note=QUESTION)
