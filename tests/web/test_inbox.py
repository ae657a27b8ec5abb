"""市の対応待ち: what waits for the desk."""

import pytest

from portal.db import uuid7
from tests import cast
from tests.web.test_referrals import ABE, MORI, send, walk
from tests.web.test_reviews import decide


@pytest.fixture
def busy(as_, admin):
    """A return, a declined referral, and a review wait."""
    alma, wim = as_("alma"), as_("wim")
    alma.send(f"/cases/{MORI}/return", reason="limitation")
    send(alma, ABE)
    referral = admin.execute("select id from shared.referral").fetchone()[0]
    walk(wim, referral, "acknowledgement")
    wim.send(f"/referrals/{referral}/refusal", **{"decline-reason": "転出"})
    decide(as_("lena"), decision="lawsuit")
    return referral


def test_everything_waits_with_its_count_and_its_form(as_, admin, busy):
    dan = as_("dan")
    page = dan.get("/inbox").text
    assert all(word in page for word in ("時効の主張", "受任せず", "訴訟", "北コールセンター", "中央弁護士チーム"))
    forms = [line.split('"')[0] for line in page.split("<main")[1].split('href="')[1:]]
    forms = [path for path in forms if path.startswith(("/returns/", "/referrals/", "/reviews/"))]
    assert len(forms) == 3 and all(dan.get(path).status_code == 200 for path in forms)


def test_the_oldest_stands_first_and_many_are_counted(as_, admin):
    admin.execute("set session_replication_role = replica")
    for minute in range(30):
        admin.execute(
            "insert into shared.return (id, org_id, case_id, by_id, at, reason) values (%s, %s, %s, %s,"
            " timestamptz '2026-11-20 09:00+09' + %s * interval '1 minute', %s)",
            [uuid7(), cast.id_("north"), MORI, cast.id_("alma"), minute, "done" if minute else "deceased"],
        )
    admin.commit()
    page = as_("dan").get("/inbox").text
    assert ">30<" in page and page.count("回答する</span>") == 25
    assert page.index("死亡") < page.index("委託した対応の終了")


def test_what_was_heard_on_a_call_and_stopped_contact_waits_too(as_, admin):
    admin.execute("set session_replication_role = replica")
    attempt = uuid7()
    admin.execute(
        "insert into shared.attempt (id, org_id, case_id, by_id, at, channel, result, outcome, verdict, stops)"
        " values (%s, %s, %s, %s, '2026-11-25 10:00+09', 'call', '01', '41', 'yes', true)",
        [attempt, cast.id_("north"), MORI, cast.id_("alma")],
    )
    admin.execute(
        "insert into city.hold (id, person_id, kind, source_id, source_org, by_id, at)"
        " values (gen_random_uuid(), %s, 'attempt', %s, %s, %s, '2026-11-25 10:00+09')",
        [cast.id_("mori"), attempt, cast.id_("north"), cast.id_("alma")],
    )
    admin.commit()
    page = as_("dan").get("/inbox").text
    assert "苦情" in page and f"/persons/{cast.id_('mori')}/holds" in page


def test_answered_it_is_gone(as_, busy):
    dan = as_("dan")
    dan.send(f"/referrals/{busy}/resumption", reason="面談済み")
    assert "受任せず" not in dan.get("/inbox").text


def test_reading_the_list_is_noted(as_, admin, busy):
    as_("dan").get("/inbox")
    ids = admin.execute("select ids from audit.event where action = 'inbox:show' and verb = 'read'").fetchone()[0]
    assert set(ids) == {MORI, ABE, cast.id_("ueda_law")}


def test_nothing_waits(as_):
    assert "市の対応を待っているものはありません" in as_("dan").get("/inbox").text


def test_only_the_desk_has_an_inbox(as_):
    assert {as_(who).get("/inbox").status_code for who in ("alma", "lena", "wim", "auda", "adi")} == {403}
