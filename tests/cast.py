"""The cast: who is in every test's city, and which cases they hold.

North (call centre): Alma and Ann are agents, Sora supervisor. South (call centre): Bo, an agent, sees nothing of North.
Law (law team): Lena. Gone (call centre, contract over): Gus. The city: Dan and Dora at the desk, Wim in welfare, Auda audits, Adi
administers. Made by the superuser with triggers off, so that no test depends on the code it tests.
"""

import base64
import hashlib
import uuid
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from portal.access import sessions
from portal.clock import JST
from portal.models import all  # noqa: F401
from portal.models.casefiles import Casefile, Claim, ClaimEvent, Contactee, Tombstone
from portal.models.intakes import Intake
from portal.models.organisations import Account, Engagement, Organisation
from portal.models.placements import Disclosure, Entrustment, Placement, PlacementLine
from portal.models.receivables import Debtor, Person, Receivable, ReceivableEvent

KEY = "the key of the tests, and of nothing else"
PASSWORD = "すいか-割り-2026"
NOW = datetime(2026, 11, 25, 14, 10, tzinfo=JST)
TODAY = NOW.date()
FOREVER = date(9999, 12, 31)


def id_(name: str) -> uuid.UUID:
    """The same name has the same id in every run."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"renkei:test:{name}")


ORGANISATIONS = {
    "city": ("city", "豊川野市"),
    "north": ("call_centre", "北コールセンター"),
    "south": ("call_centre", "南コールセンター"),
    "law": ("law_team", "中央弁護士チーム"),
    "gone": ("call_centre", "旧コールセンター"),
}
PEOPLE = {
    "alma": ("north", "agent", "有馬　愛"),
    "ann": ("north", "agent", "安藤　杏"),
    "sora": ("north", "supervisor", "空野　みどり"),
    "bo": ("south", "agent", "坊野　健"),
    "lena": ("law", "lawyer", "蓮見　令奈"),
    "gus": ("gone", "agent", "具志　守"),
    "dan": ("city", "desk", "段田　実"),
    "dora": ("city", "desk", "堂本　虎"),
    "wim": ("city", "welfare", "和井　夢"),
    "auda": ("city", "auditor", "及川　陽"),
    "adi": ("city", "admin", "足立　一"),
    "nightly": ("city", "nightly", "自動処理"),
}
# person: (surname and given name, kana, phone, {case: (partner, lane, state)})
DEBTORS = {
    "mori": ("森　花子", "モリ　ハナコ", "0565000101", {"mori_north": ("north", "sole", "open")}),
    "kato": ("加藤　次郎", "カトウ　ジロウ", "0565000102", {"kato_north": ("north", "sole", "open")}),
    "ito": ("伊藤　三郎", "イトウ　サブロウ", "0565000103", {"ito_south": ("south", "sole", "open")}),
    "abe": (
        "阿部　四郎",
        "アベ　シロウ",
        "09000000104",
        {"abe_north": ("north", "sole", "open"), "abe_law": ("law", "beside", "open")},
    ),
    "ueda": ("上田　五月", "ウエダ　サツキ", None, {"ueda_law": ("law", "sole", "open")}),
    "goto": ("後藤　六助", "ゴトウ　ロクスケ", "0565000106", {"goto_gone": ("gone", "sole", "open")}),
    "recalled": ("林　七海", "ハヤシ　ナナミ", "0565000107", {"recalled_north": ("north", "sole", "recalled")}),
    "protected": (None, None, None, {"protected_north": ("north", "sole", "recalled")}),
    "free": ("原　八郎", "ハラ　ハチロウ", "0565000109", {}),
}


def token(who: str) -> str:
    """The session every member of the cast has open."""
    zone = "c" if PEOPLE[who][0] == "city" else "p"
    return f"{zone}.{hashlib.sha256(who.encode()).hexdigest()}"


def secret(who: str) -> str:
    """Base32, for the one-time code."""
    return base64.b32encode(hashlib.sha256(f"totp {who}".encode()).digest()[:20]).decode()


def make(urls: dict[str, str]) -> None:
    """Fill the database of `urls`."""
    engine = sa.create_engine(
        urls["DATABASE_ADMIN_URL"].replace("/postgres?", f"/{_database(urls)}?"), poolclass=sa.NullPool
    )
    with Session(engine) as db:
        db.execute(sa.text("set session_replication_role = replica"))
        db.execute(sa.text("update gate.deployment set test_clock = true"))
        for rows in (_organisations(), _ledger(), _placements()):
            db.add_all(rows)
            db.flush()
        for who in PEOPLE:
            _sign_in(db, who)
        db.commit()


def _database(urls: dict[str, str]) -> str:
    return str(sa.make_url(urls["DATABASE_OWNER_URL"]).database)


def _organisations() -> list[Any]:
    long_ago = date(2026, 4, 1)
    rows: list[Any] = [
        Organisation(id=id_(key), kind=kind, name=name, active_from=long_ago, active_until=FOREVER)
        for key, (kind, name) in ORGANISATIONS.items()
    ]
    for key in ("north", "south", "law", "gone"):
        ends = date(2026, 10, 31) if key == "gone" else date(2027, 3, 31)
        rows.append(
            Engagement(id=id_(f"{key}_contract"), org_id=id_(key), title="令和8年度 催告業務委託", contract_no=f"R8-{key}",
                       starts=long_ago, ends=ends)
        )  # fmt: skip
    for who, (org, role, name) in PEOPLE.items():
        rows.append(
            Account(id=id_(who), org_id=id_(org), role=role, name=name, employer=ORGANISATIONS[org][1], tier="direct",
                    starts=long_ago, ends=FOREVER)
        )  # fmt: skip
    return rows


def _ledger() -> list[Any]:
    rows: list[Any] = [
        Intake(id=id_("intake"), org_id=id_("city"), by_id=id_("dan"), at=NOW - timedelta(days=2), file_name="ledger.csv",
               sha256="0" * 64, source="01", as_of=TODAY - timedelta(days=2), whole=True, state="loaded", lines=9)
    ]  # fmt: skip
    for number, (key, (name, kana, phone, _)) in enumerate(DEBTORS.items(), start=1):
        known = {} if name is None else {"name": name, "kana": kana, "birth": date(1970, 1, number), "postcode": "4710000",
                                         "address": f"豊川野市本町{number}丁目1番地", "phone1": phone}  # fmt: skip
        rows += [
            Person(id=id_(key)),
            Debtor(id=id_(f"{key}_debtor"), person_id=id_(key), source="01", number=f"{number:010d}",
                   protected=name is None, **known),
            Receivable(id=id_(f"{key}_receivable"), debtor_id=id_(f"{key}_debtor"), kind_code="201", kind_version=1,
                       class_="private", cause_from=date(1, 1, 1), cause_to=FOREVER, fiscal_year="2024", instalment="1", branch="0",
                       notice_no=f"N{number}", summary="第一小学校　5月分", assessed=10_000 * number, paid=0,
                       due_on=date(2024, 6, 30), last_day=date(2029, 7, 24), verdict="accepted", as_of=TODAY - timedelta(days=2),
                       intake_id=id_("intake")),
            ReceivableEvent(id=id_(f"{key}_event"), receivable_id=id_(f"{key}_receivable"), kind="demand",
                            happened_on=date(2024, 7, 24)),
        ]  # fmt: skip
    return rows


def _placements() -> list[Any]:
    rows: list[Any] = []
    number = 10_000_000
    for person, (*_, cases) in DEBTORS.items():
        for case, (org, lane, state) in cases.items():
            number += 1
            rows += _case(person, case, org, lane, state, str(number))
    return rows


def _case(person: str, case: str, org: str, lane: str, state: str, number: str) -> list[Any]:
    index = list(DEBTORS).index(person) + 1
    name, kana, phone, _ = DEBTORS[person]
    live, holder = state == "open", id_(org if state == "open" else "city")
    placed = NOW - timedelta(days=1)
    common = {"org_id": holder, "case_id": id_(case)}
    rows: list[Any] = [
        Casefile(id=id_(case), org_id=holder, engagement_id=id_(f"{org}_contract"), number=number, state=state,
                 placed_on=placed.date(), balance=10_000 * index, claims=1, oldest_due=date(2024, 6, 30),
                 paid_through=TODAY - timedelta(days=2), has_phone=phone is not None, band=30, reason="first_contact", next_at=placed),
        Claim(id=id_(f"{case}_claim"), **common, kind_code="201", kind_name="学校給食費", class_="private", legal_basis="民法・契約",
              fiscal_year="2024", instalment="1", notice_no=f"N{index}", summary="第一小学校　5月分", assessed=10_000 * index,
              balance=10_000 * index, due_on=date(2024, 6, 30), last_day=date(2029, 7, 24)),
        Entrustment(id=id_(f"{case}_entrustment"), engagement_id=id_(f"{org}_contract"), org_id=id_(org), by_id=id_("dan"), at=placed,
                    decision_no="債管第101号", decided_on=placed.date(), beside=lane == "beside", cases=1, claims=1,
                    total=10_000 * index),
        Placement(case_id=id_(case), org_id=id_(org), engagement_id=id_(f"{org}_contract"),
                  entrustment_id=id_(f"{case}_entrustment"), person_id=id_(person), lane=lane, placed_at=placed,
                  ended_at=None if live else NOW - timedelta(hours=1), end_reason=None if live else "recalled"),
        PlacementLine(claim_id=id_(f"{case}_claim"), case_id=id_(case), receivable_id=id_(f"{person}_receivable"), lane=lane,
                      ended_at=None if live else NOW - timedelta(hours=1)),
        Disclosure(id=id_(f"{case}_disclosure"), person_id=id_(person), case_id=id_(case), org_id=id_(org), by_id=id_("dan"),
                   at=placed, ground="委託契約・個人情報保護法69条", decision_no="債管第101号", fields=["name", "address", "phone"],
                   receivables=[id_(f"{person}_receivable")]),
    ]  # fmt: skip
    if org == "law":
        rows.append(ClaimEvent(id=id_(f"{case}_event"), **common, claim_id=id_(f"{case}_claim"), kind="demand",
                               happened_on=date(2024, 7, 24)))  # fmt: skip
    if not live:
        rows.append(Tombstone(case_id=id_(case), org_id=id_(org), number=number, ended_at=NOW, outcome="recalled"))
    elif name:
        rows.append(
            Contactee(**common, name=name, kana=kana, birth=date(1970, 1, index), postcode="4710000",
                      address=f"豊川野市本町{index}丁目1番地", phone1=phone, care=[])
        )  # fmt: skip
    return rows


def _sign_in(db: Session, who: str) -> None:
    """A credential, and a session that is open already: few tests are about signing in."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    db.execute(
        sa.text(
            "insert into gate.credential (account_id, login, password_hash, totp) values (:id, :login, :hash, :totp)"
        ),
        {"id": id_(who), "login": who, "hash": hasher.hash(PASSWORD), "totp": sessions.seal(secret(who), KEY)},
    )
    db.execute(
        sa.text("insert into gate.session (token_hash, account_id, org_id, opened_at, expires_at)"
                " values (sha256(:token), :id, :org, :at, :until)"),
        {"token": bytes.fromhex(token(who)[2:]), "id": id_(who), "org": id_(PEOPLE[who][0]), "at": NOW - timedelta(hours=6),
         "until": NOW + timedelta(days=400)},
    )  # fmt: skip
