"""Letters: sent, kept from nobody, and back again."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import NoResultFound

from portal.actions import calls, letters
from portal.rules.call_record import Said
from portal.rules.lifecycles import NotNow
from tests import cast

MORI, TODAY = cast.id_("mori_north"), cast.TODAY


@pytest.fixture
def send(acting):
    def send(who="alma", case=MORI, kind="contact_request", on=TODAY):
        with acting(who, "letter:log") as by:
            return letters.log(case, kind=kind, sent_on=on, address="豊川野市本町1丁目1番地", note=None, by=by)

    return send


@pytest.fixture
def back(acting):
    def back(letter, who="alma", on=TODAY, reason="moved"):
        with acting(who, "letter:returned") as by:
            return letters.returned(letter, on=on, reason=reason, by=by)

    return back


def stored(admin, letter):
    return admin.execute(
        "select letter_kind, verdict, breach, returned_on, returned_reason from shared.attempt where id = %s",
        [letter.id],
    ).fetchone()


def test_a_letter_is_written_down_with_its_verdict(send, admin):
    sent = send(on=TODAY - timedelta(days=1))
    assert stored(admin, sent) == ("contact_request", "yes", False, None, None)
    assert admin.execute("select verdict from city.receipt where id = %s", [sent.id]).fetchone() == ("yes",)
    assert admin.execute("select tries, version from shared.casefile where id = %s", [MORI]).fetchone() == (0, 2)


def test_during_a_hold_it_is_marked(send, acting, admin, november):
    with acting("alma", "call:open") as by:
        call = calls.open(MORI, slot="1", by=by).id
    with acting("alma", "call:log") as by:
        calls.log(call, said=Said(result="01", outcome="41"), version=1, by=by)
    november.move_to("2026-11-25T15:00:00+09:00")
    assert stored(admin, send())[1:3] == ("no", True)
    assert stored(admin, send(on=TODAY - timedelta(days=1)))[1:3] == ("yes", False)


def test_beyond_the_budget_the_reason_is_kept(send, admin):
    for _ in range(2):
        assert stored(admin, send())[1] == "yes"
    assert stored(admin, send())[1:3] == ("soft", False)


def test_its_day_lies_between_the_placing_and_today(send):
    for on in (TODAY + timedelta(days=1), TODAY - timedelta(days=2)):
        with pytest.raises(letters.Mistaken):
            send(on=on)


def test_a_lawyers_letter_is_the_lawyers(send):
    with pytest.raises(KeyError):
        send(kind="before_court")
    assert send("lena", cast.id_("abe_law"), "before_court").letter_kind == "before_court"


def test_not_yours_is_not_there(send):
    for case in ("ito_south", "recalled_north", "nobodys"):
        with pytest.raises(NoResultFound):
            send(case=cast.id_(case))


def test_a_closed_case_gets_no_letter(send, admin):
    admin.execute("set session_replication_role = replica")
    admin.execute("update shared.casefile set state = 'closed' where id = %s", [MORI])
    with pytest.raises(NotNow):
        send()


def test_a_letter_comes_back_once_and_a_colleague_may_book_it(send, back, admin):
    sent = send()
    back(sent.id, who="ann")
    assert stored(admin, sent)[3:] == (TODAY, "moved")
    with pytest.raises(letters.AlreadyBack):
        back(sent.id)


def test_it_comes_back_after_it_left(send, back):
    with pytest.raises(letters.Mistaken):
        back(send().id, on=date(2026, 11, 24))


def test_another_partners_letter_is_not_there(send, back):
    with pytest.raises(NoResultFound):
        back(send().id, who="bo")
