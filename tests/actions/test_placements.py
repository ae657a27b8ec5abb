"""The hand-over: what the partner gets, what it never gets, what is written down, and who wins a race."""

import threading
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.actions import candidates, placements
from portal.actions.candidates import Choice, Total
from portal.db import db
from portal.models.casefiles import Casefile, Claim, ClaimEvent, Contactee
from portal.models.placements import Disclosure, Placement, PlacementLine
from portal.rules.placeability import Target
from tests import cast, stock

HARA = cast.id_("free")
MANY = Total(10**6, 10**6, 10**12)


def place(choice, by, contract="north_contract", **changes):
    given = {
        "engagement_id": cast.id_(contract),
        "beside": False,
        "decision_no": "債管第200号",
        "decided_on": cast.TODAY,
        "shown": MANY,
    }
    return placements.make(choice, by=by, **given | changes)


def test_a_partner_gets_a_file_with_a_copy(acting):
    with acting("dan", "placement:make") as dan:
        made = place(Choice().only([HARA]), dan)
        assert (made.entrustment.cases, made.entrustment.claims, made.entrustment.total) == (1, 1, 90_000)
    with acting("alma", "case:list"):
        case = db.session.scalars(sa.select(Casefile).where(Casefile.placed_on == cast.TODAY)).one()
        assert (len(case.number), case.state, case.balance, case.claims, case.has_phone) == (8, "open", 90_000, 1, True)
        assert (case.oldest_due, case.paid_through) == (cast.date(2024, 6, 30), cast.TODAY - timedelta(days=2))
        assert (case.band, case.reason, case.held_at) == (30, "first_contact", None)
        person = db.session.get_one(Contactee, case.id)
        assert (person.name, person.kana, person.phone1, person.care) == (
            "原　八郎",
            "ハラ　ハチロウ",
            "0565000109",
            [],
        )
        claim = db.session.scalars(sa.select(Claim).where(Claim.case_id == case.id)).one()
        assert (claim.kind_name, claim.summary, claim.balance, claim.legal_basis) == (
            "学校給食費",
            "第一小学校　5月分",
            90_000,
            "民法・契約",
        )
    with acting("lena", "review:list"):
        assert db.session.scalars(sa.select(Casefile).where(Casefile.id == case.id)).all() == []


def test_what_moves_limitation_goes_to_law_teams_only(acting, admin):
    with acting("dan", "placement:make") as dan:
        place(Choice().only([HARA]), dan)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(ClaimEvent)) == 2  # the cast's own
    admin.execute("delete from city.placement_line where receivable_id = %s", [cast.id_("free_receivable")])
    admin.execute("delete from city.placement where person_id = %s", [HARA])
    with acting("dan", "placement:make") as dan:
        place(Choice().only([HARA]), dan, "law_contract")
    with acting("lena", "review:list"):
        events = db.session.scalars(
            sa.select(ClaimEvent).join(Claim, Claim.id == ClaimEvent.claim_id).where(Claim.balance == 90_000)
        )
        assert [(event.kind, event.happened_on) for event in events] == [("demand", cast.date(2024, 7, 24))]


@pytest.mark.parametrize(("contract", "extra"), [("north_contract", []), ("law_contract", ["events"])])
def test_what_was_disclosed_is_written_down(acting, contract, extra):
    with acting("dan", "placement:make") as dan:
        place(Choice().only([HARA]), dan, contract)
    with acting("dan", "person:show"):
        entry = db.session.scalars(sa.select(Disclosure).where(Disclosure.person_id == HARA)).one()
        assert sorted(entry.fields) == sorted(["name", "kana", "birth", "address", "phone", "claims", *extra])
        assert (entry.org_id, entry.by_id) == (cast.id_(contract.split("_")[0]), cast.id_("dan"))
        assert (entry.decision_no, entry.receivables) == ("債管第200号", [cast.id_("free_receivable")])
        assert "個人情報保護法69条" in entry.ground


def test_the_citys_memo_and_marks_stay_in_the_city(acting, admin):
    admin.execute("update city.receivable set memo = '市だけの備考'")
    admin.execute("update city.debtor set flags = '{disputed,hearing}' where person_id = %s", [HARA])
    with acting("dan", "placement:make") as dan:
        place(Choice().only([HARA]), dan)
    stored = admin.execute("select string_agg(c::text, '') from shared.claim c").fetchone()[0]
    assert "市だけの備考" not in stored
    assert admin.execute("select care from shared.contactee where name = '原　八郎'").fetchone() == (["hearing"],)


def test_what_is_no_longer_placeable_is_left_out(acting, admin):
    stock.fill(admin, 7, persons=30, plain=True)
    with acting("dan", "placement:select"):
        shown, _ = candidates.totals(candidates.ledger(Choice(), Target("call_centre", cast.TODAY)))
    gone = admin.execute("update city.receivable set paid = assessed where id = (select r.id from city.receivable r join city.debtor d"
                         " on d.id = r.debtor_id where d.source = '77' order by r.id limit 1) returning id").fetchone()  # fmt: skip
    with acting("dan", "placement:make") as dan:
        made = place(Choice(), dan, shown=shown)
        assert made.left_out == 1
        assert db.session.scalars(sa.select(PlacementLine).where(PlacementLine.receivable_id == gone[0])).all() == []


def test_what_nobody_confirmed_is_not_placed(acting, admin):
    with acting("dan", "placement:select"):
        shown, _ = candidates.totals(candidates.ledger(Choice(), Target("call_centre", cast.TODAY)))
    stock.fill(admin, 7, persons=3, plain=True)
    with pytest.raises(placements.MoreThanShown), acting("dan", "placement:make") as dan:
        place(Choice(), dan, shown=shown)


@pytest.mark.parametrize(("changes", "error"), [
    ({"decided_on": cast.TODAY + timedelta(days=1)}, placements.DecidedLater),
    ({"contract": "gone_contract"}, LookupError), ({"contract": "nobodys"}, LookupError),
])  # fmt: skip
def test_refused(acting, changes, error):
    with pytest.raises(error), acting("dan", "placement:make") as dan:
        place(Choice().only([HARA]), dan, **changes)


def test_one_person_one_partner_but_the_law_team_beside(acting):
    kato = Choice().only([cast.id_("kato")])
    for contract in ("south_contract", "law_contract", "north_contract"):
        with pytest.raises(placements.NothingLeft), acting("dan", "placement:make") as dan:
            place(kato, dan, contract)
    with pytest.raises(placements.NothingLeft), acting("dan", "placement:make") as dan:
        place(kato, dan, "south_contract", beside=True)  # only a law team runs beside
    with acting("dan", "placement:make") as dan:
        assert place(kato, dan, "law_contract", beside=True).entrustment.beside


def test_a_person_held_in_between_is_born_held(acting, admin):
    """The rule leaves held persons out; the database marks the file even so, should a hold come by another way."""
    admin.execute("insert into city.hold (id, person_id, kind, source_id, source_org, by_id, at) values"
                  " (gen_random_uuid(), %s, 'desk', gen_random_uuid(), %s, %s, now())",
                  [cast.id_("kato"), cast.id_("city"), cast.id_("dan")])  # fmt: skip
    with pytest.raises(placements.NothingLeft), acting("dan", "placement:make") as dan:
        place(Choice().only([cast.id_("kato")]), dan, "law_contract", beside=True)
    with acting("dan", "placement:make") as dan:
        case = db.session.get_one(Casefile, cast.id_("kato_north"))
        db.session.execute(
            sa.update(Placement).where(Placement.case_id == case.id).values(ended_at=cast.NOW, end_reason="x")
        )
        new = Casefile(org_id=cast.id_("south"), engagement_id=cast.id_("south_contract"), number="90000001", placed_on=cast.TODAY,
                       paid_through=cast.TODAY, has_phone=False, next_at=cast.NOW)  # fmt: skip
        db.session.add(new)
        db.session.flush()
        db.session.add(Placement(case_id=new.id, org_id=new.org_id, engagement_id=new.engagement_id, placed_at=cast.NOW,
                                 entrustment_id=cast.id_("kato_north_entrustment"), person_id=cast.id_("kato")))  # fmt: skip
        db.session.flush()
        db.session.refresh(new)
        assert new.held_at is not None


def test_two_desks_place_one_person_at_two_partners_and_one_wins(acting):
    """Dora waits for Dan's locks and then finds the person placed."""
    entered, lost = threading.Event(), []

    def dora_places():
        with acting("dora", "placement:make") as dora:
            db.session.execute(sa.text("set local lock_timeout = '20s'"))
            entered.set()
            try:
                place(Choice().only([HARA]), dora, "south_contract")
            except placements.NothingLeft as error:
                lost.append(error)

    with acting("dan", "placement:make") as dan:
        place(Choice().only([HARA]), dan)
        other = threading.Thread(target=dora_places)
        other.start()
        entered.wait()
        waiting = sa.text("select count(*) from pg_locks where not granted")
        while not db.session.scalar(waiting):
            time.sleep(0.01)
    other.join()
    assert len(lost) == 1
    with acting("dan", "placement:list"):
        live = sa.select(Placement.org_id).where(Placement.person_id == HARA, Placement.ended_at.is_(None))
        assert db.session.scalars(live).all() == [cast.id_("north")]
