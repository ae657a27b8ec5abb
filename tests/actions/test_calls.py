"""Calls: the verdict before the line, the record after it, and what follows in the same transaction."""

import json
import threading
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy.exc import NoResultFound

from portal.actions import calls, cases
from portal.clock import JST
from portal.rules import contact, contact_json
from portal.rules.call_record import Said
from tests import cast

MORI, KATO, ABE, ABE_LAW = (cast.id_(name) for name in ("mori_north", "kato_north", "abe_north", "abe_law"))
INSTALMENTS = {"result": "01", "outcome": "35", "identified": ("name", "birth")}


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=JST)


@pytest.fixture
def dial(acting):
    def dial(who, case, slot="1"):
        with acting(who, "call:open") as by:
            return calls.open(case, slot=slot, by=by).id

    return dial


@pytest.fixture
def log(acting):
    def log(who, call, version=1, **said):
        with acting(who, "call:log") as by:
            return calls.log(call, said=Said(**said), version=version, by=by)

    return log


@pytest.fixture
def record(acting):
    def record(who, case, when, channel="call", version=1, **said):
        with acting(who, "call:log") as by:
            return calls.record(case, at=when, channel=channel, slot="1", said=Said(**said), version=version, by=by)

    return record


def row(admin, table, key, names):
    found = admin.execute(f"select {', '.join(names.split())} from {table} where id = %s", [key]).fetchone()
    return dict(zip(names.split(), found, strict=True))


def attempt(admin, call):
    return row(
        admin, "shared.attempt", call, "state result outcome verdict reasons breach stops number next_on next_from"
    )


def file(admin, case):
    return row(admin, "shared.casefile", case, "tries band reason next_at version leased_by held_at last_at")


def holds(admin):
    return admin.execute("select kind from city.hold where lifted_at is null order by at").fetchall()


def test_a_call_opens_with_its_verdict_receipt_and_lease(dial, admin):
    call = dial("alma", MORI)
    assert attempt(admin, call) | {"next_on": None} == {
        "state": "open", "result": None, "outcome": None, "verdict": "yes", "reasons": [], "breach": False, "stops": False,
        "number": "+81565000101", "next_on": None, "next_from": None,
    }  # fmt: skip
    assert file(admin, MORI)["leased_by"] == cast.id_("alma")
    ((facts, verdict, case),) = admin.execute("select facts, verdict, case_id from city.receipt where id = %s", [call])
    judged = contact.judge(contact_json.read(json.loads(facts)))
    assert (judged.verdict, verdict, case) == ("yes", "yes", MORI)


def test_the_own_line_is_given_again_and_no_second_one_is_opened(dial):
    assert dial("alma", MORI) == dial("alma", MORI)
    with pytest.raises(calls.Refused, match="記録していない"):
        dial("alma", KATO)


def test_not_yours_is_not_there(dial):
    for case, who in (("ito_south", "alma"), ("recalled_north", "alma"), ("mori_north", "bo"), ("nobodys", "alma")):
        with pytest.raises(NoResultFound):
            dial(who, cast.id_(case))


def test_outside_the_hours_nothing_opens_for_anybody(dial, november):
    for hour in (7, 8, 20, 21):
        november.move_to(at(26, hour, 30))
        for who in ("alma", "sora"):
            with pytest.raises(calls.Refused):
                dial(who, MORI)
    november.move_to(at(27, 10, 30))
    dial("alma", MORI)


def test_a_budget_stops_the_agent_and_not_the_supervisor(dial, record):
    record("alma", MORI, at(25, 13, 30), result="10")
    with pytest.raises(calls.Refused, match="いまは架電できません"):
        dial("alma", MORI)
    dial("sora", MORI)


def test_a_callback_opens_at_the_hour_asked_for_even_after_the_contract_has_closed(dial, record, november):
    record("alma", MORI, at(25, 13, 30), result="01", outcome="46", next_on=date(2026, 11, 25), next_from=time(20, 15))
    november.move_to(at(25, 20, 10))
    with pytest.raises(calls.Refused):
        dial("alma", MORI)
    november.move_to(at(25, 20, 16))
    dial("alma", MORI)


def test_a_contract_that_is_over_opens_no_call_under_another_that_runs(dial, acting, admin):
    """A partner of two years has two contracts; what was given under the first is not called under the second."""
    admin.execute(
        "insert into shared.engagement (id, org_id, title, contract_no, starts, ends) values"
        " (gen_random_uuid(), %s, '令和7年度', 'R7', '2025-04-01', '2026-11-24')", [cast.id_("north")],
    )  # fmt: skip
    admin.execute("update shared.casefile set engagement_id = (select id from shared.engagement where contract_no = 'R7')"
                  " where id = %s", [MORI])  # fmt: skip
    with pytest.raises(calls.Refused) as refused:
        dial("sora", MORI)
    assert refused.value.label == cases.OVER
    with acting("sora", "case:show") as by:
        screen = cases.show(MORI, by=by)
        assert not screen.may_call and screen.reasons == [(cases.OVER, {})]


def test_named_hours_are_kept(dial, record, november):
    said = {"result": "01", "outcome": "47", "next_from": time(18), "next_until": time(19)}
    record("alma", MORI, at(25, 13), channel="incoming", **said)
    with pytest.raises(calls.Refused):
        dial("sora", MORI)
    november.move_to(at(25, 18, 30))
    dial("sora", MORI)


def test_a_number_that_leads_to_somebody_else_is_not_dialled_again(dial, log, admin, november):
    log("alma", dial("alma", MORI), result="17")
    assert file(admin, MORI)["reason"] == "no_phone"
    november.move_to(at(27, 14))
    with pytest.raises(calls.Refused):
        dial("sora", MORI)


def test_of_two_partners_who_call_one_person_at_once_one_wins(app, acting, admin):
    answers, start = [], threading.Barrier(2)

    def ring(who, case):
        with app.app_context():
            try:
                with acting(who, "call:open") as by:
                    start.wait()
                    calls.open(case, slot="1", by=by)
                answers.append("line")
            except calls.Refused as refused:
                answers.append(refused.label)

    threads = [threading.Thread(target=ring, args=pair) for pair in (("alma", ABE), ("lena", ABE_LAW))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["line", calls.CONTACT_STOPPED]
    assert admin.execute("select count(*) from shared.attempt where state = 'open'").fetchone() == (1,)


def test_what_was_heard_is_stored_and_the_case_takes_its_place(dial, log, admin):
    call = dial("alma", MORI)
    log("alma", call, result="10", note="応答なし")
    assert attempt(admin, call)["state"] == "done"
    case = file(admin, MORI)
    assert (case["tries"], case["version"], case["leased_by"], case["reason"]) == (1, 2, None, "other_time")
    assert case["next_at"] == at(27, 18)  # two days on, another weekday, the evening


def test_a_day_the_agent_chose_counts_from_the_opening_of_the_hours(dial, log, admin):
    log("alma", dial("alma", MORI), result="10", next_on=date(2026, 11, 30))
    assert file(admin, MORI)["next_at"] == at(30, 9)


def test_after_a_conversation_the_rest_days_move_the_next_call(dial, log, admin):
    log("alma", dial("alma", MORI), result="01", outcome="32", identified=("name", "birth"), next_on=date(2026, 11, 27))
    assert file(admin, MORI)["next_at"] >= at(25, 14) + timedelta(days=7)


def test_a_promise_comes_back_when_its_grace_is_over(dial, log, admin):
    log("alma", dial("alma", MORI), result="01", outcome="31", next_on=date(2026, 12, 10))
    case = file(admin, MORI)
    assert (case["band"], case["reason"], case["next_at"]) == (
        20,
        "promise_waiting",
        datetime(2026, 12, 14, 9, tzinfo=JST),
    )


def test_a_callback_stands_first(dial, log, admin):
    log("alma", dial("alma", MORI), result="01", outcome="46", next_on=date(2026, 11, 26), next_from=time(18, 30))
    case = file(admin, MORI)
    assert (case["band"], case["next_at"]) == (10, at(26, 18, 30))


MISTAKES = [
    ({"result": "99"}, "result"), ({"result": "10", "outcome": "31"}, "outcome"), ({"result": "02", "outcome": "31"}, "outcome"),
    ({"result": "01", "outcome": "31"}, "next_on"), ({"result": "10", "next_on": date(2026, 11, 24)}, "next_on"),
    ({"result": "10", "next_on": date(2028, 1, 1)}, "next_on"),
    ({"result": "01", "outcome": "46", "next_on": date(2026, 11, 26)}, "next_from"),
    ({"result": "01", "outcome": "46", "next_on": date(2026, 11, 25), "next_from": time(9)}, "next_from"),
    ({"result": "01", "outcome": "47", "next_from": time(19), "next_until": time(18)}, "next_until"),
    ({"result": "01", "outcome": "47", "next_from": time(7), "next_until": time(9)}, "next_from"),
]  # fmt: skip


def test_what_cannot_be_is_named_and_the_line_stays_open(dial, log, admin):
    call = dial("alma", MORI)
    for said, field in MISTAKES:
        with pytest.raises(calls.Mistaken) as error:
            log("alma", call, **said)
        assert field in error.value.fields, said
    assert attempt(admin, call)["state"] == "open"


@pytest.mark.parametrize(("outcome", "reason"), [("35", "instalments"), ("39", "limitation"), ("51", "violence")])
def test_a_call_centre_holds_and_returns_in_one_step(dial, log, admin, outcome, reason):
    logged = log("alma", dial("alma", MORI), result="01", outcome=outcome, note="ご本人の言葉")
    assert logged.follow.step == "return_to_city"
    ((stored, note, case),) = admin.execute("select reason, note, case_id from shared.return").fetchall()
    assert (stored, note, case) == (reason, "ご本人の言葉", MORI)
    assert file(admin, MORI)["held_at"] is not None
    assert holds(admin) == [("return",)]


def test_hanging_up_is_a_refusal(dial, log, admin):
    call = dial("alma", MORI)
    log("alma", call, result="15")
    assert attempt(admin, call)["outcome"] == "40"
    assert admin.execute("select reason from shared.return").fetchall() == [("refused",)]


def test_the_law_team_goes_on_where_a_call_centre_returns(dial, log, admin):
    logged = log("lena", dial("lena", ABE_LAW), **INSTALMENTS)
    assert (logged.follow.step, holds(admin)) == ("continue", [])


@pytest.mark.parametrize(("who", "case", "outcome"), [("alma", MORI, "41"), ("lena", ABE_LAW, "43")])
def test_a_complaint_or_a_lawyers_notice_stops_all_contact_and_the_case_stays(dial, log, admin, who, case, outcome):
    log(who, dial(who, case), result="01", outcome=outcome)
    assert holds(admin) == [("attempt",)]
    assert admin.execute("select count(*) from shared.return").fetchone() == (0,)
    if case == ABE_LAW:  # the other partner learns that, and neither who nor why
        assert file(admin, ABE)["held_at"] is not None


def test_hardship_waits_for_its_sheet(dial, log, admin):
    logged = log("alma", dial("alma", MORI), result="01", outcome="37")
    assert (logged.follow.step, logged.follow.refer, holds(admin)) == ("refer", "high", [])


def test_while_contact_is_stopped_nothing_opens_at_any_partner(dial, log):
    log("alma", dial("alma", ABE), **INSTALMENTS)
    for who, case in (("sora", ABE), ("lena", ABE_LAW)):
        with pytest.raises(calls.Refused) as error:
            dial(who, case)
        assert error.value.label == calls.CONTACT_STOPPED


def test_nobody_writes_down_a_colleagues_call_and_nobody_twice(dial, log):
    call = dial("alma", MORI)
    with pytest.raises(NoResultFound):
        log("ann", call, result="10")
    log("alma", call, result="10")
    with pytest.raises(calls.Refused, match="すでに"):
        log("alma", call, version=2, result="10")


def test_a_case_that_changed_meanwhile_keeps_the_line_open(dial, log, admin):
    call = dial("alma", MORI)
    admin.execute("set session_replication_role = replica")
    admin.execute("update shared.casefile set version = 7 where id = %s", [MORI])
    with pytest.raises(calls.Changed):
        log("alma", call, result="10")
    assert attempt(admin, call)["state"] == "open"
    log("alma", call, version=7, result="10")


def test_a_call_that_took_place_all_the_same_is_marked(record, admin):
    times = {at(24, 18, 20): False, at(24, 20, 30): True, at(24, 21, 5): True, at(25, 7, 50): True}
    for n, (when, breach) in enumerate(times.items(), start=1):
        stored = attempt(admin, record("alma", MORI, when, version=n, result="10").call.id)
        assert (stored["breach"], stored["state"], file(admin, MORI)["tries"]) == (breach, "done", n), when


def test_a_call_during_a_hold_is_marked_and_one_that_came_in_is_not(dial, log, record, admin, november):
    log("alma", dial("alma", MORI), **INSTALMENTS)
    november.move_to(at(25, 16))
    made = record("alma", MORI, at(25, 15), version=2, result="10").call
    came = record("alma", MORI, at(25, 15, 30), channel="incoming", version=3, result="01").call
    before = record("alma", MORI, at(25, 9, 30), version=4, result="10").call
    assert [attempt(admin, call.id)["breach"] for call in (made, came, before)] == [True, False, False]
    assert file(admin, MORI)["tries"] == 3


def test_who_writes_down_a_call_that_came_in_takes_nobodys_lease(dial, record, admin):
    dial("alma", MORI)
    record("ann", MORI, at(25, 14, 5), channel="incoming", result="01")
    assert row(admin, "shared.casefile", MORI, "leased_by") == {"leased_by": cast.id_("alma")}
    record("alma", KATO, at(25, 14, 5), channel="incoming", result="01")
    assert row(admin, "shared.casefile", KATO, "leased_by") == {"leased_by": None}


def test_a_past_call_lies_between_the_placing_and_now(record):
    for when in (at(25, 14, 30), at(23, 10)):
        with pytest.raises(calls.Mistaken) as error:
            record("alma", MORI, when, result="10")
        assert error.value.fields == {"at_on": "at"}


def test_a_city_setting_changes_the_budget(dial, record, admin):
    admin.execute("set session_replication_role = replica")
    admin.execute(
        "insert into shared.setting (id, name, valid_from, value, audience)"
        " values (%s, 'contact_spacing_minutes', '2026-11-01', '30', 'all')",
        [cast.id_("setting")],
    )
    record("alma", MORI, at(25, 13, 30), result="10")
    dial("alma", MORI)
