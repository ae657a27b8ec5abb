"""A stock of claims at random beside the cast: every mark, verdict, age and lane that a ledger may hold."""

import random
import uuid
from datetime import date, timedelta
from typing import Any

import psycopg

from portal.rules.placeability import BY_HAND
from tests import cast

KINDS = {"201": "private", "206": "private", "210": "private", "301": "nonenforceable_public"}
STORED = ("paid", "not_due", "not_demanded", "disputed", "instalments_kept", "time_barred", "from_a_later_version")
MARKS = ("bankruptcy", "deceased", "public_assistance", "disputed", "gaiji_hint")
YEARS = ("2019", "2022", "2024", "2025", "2026", "2027", "", "R05", "令和6", "20255")


def fill(admin: psycopg.Connection[Any], seed: int, persons: int, plain: bool = False) -> None:
    """`plain`: claims that may all be handed over. Kind 210 is switched off by the city."""
    luck = random.Random(seed)
    admin.execute("update city.claim_kind set entrusted = false where code = '210'")
    debtors, claims = [], []
    people = [uuid.UUID(int=luck.getrandbits(128)) for _ in range(persons)]
    for person in people:
        for _ in range(luck.choice((1, 1, 1, 2)) if not plain else 1):
            debtors.append(debtor := _debtor(luck, person, len(debtors), plain))
            claims += [_claim(luck, debtor["id"], n, plain) for n in range(luck.randint(1, 4))]
    with admin.cursor() as cursor:
        cursor.executemany("insert into city.person (id) values (%s)", [(p,) for p in people])
        _insert(cursor, "city.debtor", debtors)
        _insert(cursor, "city.receivable", claims)
        if not plain:
            _happened(cursor, luck, people, claims, debtors)


def _insert(cursor: Any, table: str, rows: list[dict[str, Any]]) -> None:
    names = ", ".join(rows[0])
    values = ", ".join(f"%({name})s" for name in rows[0])
    cursor.executemany(f"insert into {table} ({names}) values ({values})", rows)


def _debtor(luck: random.Random, person: uuid.UUID, number: int, plain: bool) -> dict[str, Any]:
    protected = not plain and luck.random() < 0.05
    named = plain or (not protected and luck.random() < 0.95)
    flags = [] if plain else [mark for mark in MARKS if luck.random() < 0.04]
    return {
        "id": uuid.UUID(int=luck.getrandbits(128)),
        "person_id": person,
        "source": "77",
        "number": f"{number:010d}",
        "name": "試験　太郎" if named else None,
        "kana": "シケン　タロウ" if named else None,
        "phone1": f"0565-00-{number % 10000:04d}" if named and luck.random() < 0.6 else None,
        "phone2": None,
        "protected": protected,
        "flags": flags,
    }


def _claim(luck: random.Random, debtor: uuid.UUID, number: int, plain: bool) -> dict[str, Any]:
    code = luck.choice(("201", "301") if plain else tuple(KINDS))
    assessed = luck.randint(1, 400) * 1000
    refused = not plain and luck.random() < 0.2
    warned = [] if plain else [reason for reason in STORED if luck.random() < 0.02]
    due_on = date(2024, 6, 30) if plain else date(2018, 4, 30) + timedelta(days=luck.randint(0, 3200))
    return {
        "id": uuid.UUID(int=luck.getrandbits(128)),
        "debtor_id": debtor,
        "kind_code": code,
        "kind_version": 1,
        "class": KINDS[code],
        "cause_from": date(1, 1, 1),
        "cause_to": date(9999, 12, 31),
        "fiscal_year": "2024" if plain else luck.choice(YEARS),
        "instalment": str(number),
        "branch": "0",
        "summary": "第一小学校　5月分",
        "assessed": assessed,
        "paid": 0 if plain else luck.choice((0, 0, 0, assessed)),
        "due_on": due_on,
        "last_day": due_on + timedelta(days=1826) if plain else cast.TODAY + timedelta(days=luck.randint(-400, 900)),
        "verdict": "excluded" if refused else "accepted",
        "reasons": luck.sample(STORED, luck.randint(0, 2)) if refused else warned,
        "as_of": cast.TODAY - timedelta(days=luck.randint(2, 9)),
        "intake_id": cast.id_("intake"),
        "memo": "市の備考",
    }


def _happened(
    cursor: Any, luck: random.Random, people: list[uuid.UUID], claims: list[dict], debtors: list[dict]
) -> None:
    """Holds lifted and not, placements ended and not, in both lanes. Triggers are off: only the ledger is asked."""
    owner = {debtor["id"]: debtor["person_id"] for debtor in debtors}
    for person in people:
        if luck.random() < 0.1:
            cursor.execute(
                "insert into city.hold (id, person_id, kind, source_id, source_org, by_id, at, lifted_at, lifted_by)"
                " values (gen_random_uuid(), %s, 'desk', gen_random_uuid(), %s, %s, now(), %s, %s)",
                [person, cast.id_("city"), cast.id_("dan"), *luck.choice([(None, None), (cast.NOW, cast.id_("dan"))])],
            )
        for code in luck.sample(sorted(BY_HAND), luck.choice((0, 0, 0, 0, 0, 0, 1, 2))):
            ended = luck.choice([(None, None, None), (cast.NOW, cast.id_("dan"), "解消")])
            cursor.execute(
                "insert into city.mark (id, person_id, code, reason, by_id, at, ended_at, ended_by, end_reason)"
                " values (gen_random_uuid(), %s, %s, '官報', %s, now(), %s, %s, %s)",
                [person, code, cast.id_("dan"), *ended],
            )
        for lane in ("sole", "beside"):
            if luck.random() < 0.15:
                own = [claim["id"] for claim in claims if owner[claim["debtor_id"]] == person]
                _place(cursor, person, luck.sample(own, luck.randint(1, len(own))), lane, luck.random() < 0.6)


def _place(cursor: Any, person: uuid.UUID, claims: list[uuid.UUID], lane: str, live: bool) -> None:
    case, ended = uuid.uuid4(), (None, None) if live else (cast.NOW, "recalled")
    cursor.execute(
        "insert into city.placement (case_id, org_id, engagement_id, entrustment_id, person_id, lane, placed_at, ended_at,"
        " end_reason) values (%s, %s, %s, gen_random_uuid(), %s, %s, now(), %s, %s)",
        [case, cast.id_("south"), cast.id_("south_contract"), person, lane, *ended],
    )
    for claim in claims:
        cursor.execute(
            "insert into city.placement_line (claim_id, case_id, receivable_id, lane, ended_at) values (%s, %s, %s, %s, %s)",
            [uuid.uuid4(), case, claim, lane, ended[0]],
        )


def look_up(admin: psycopg.Connection[Any], seed: int) -> None:
    """Questions to the law team about some of the people: answered this way or that, long ago, twice, not yet, by another contract."""
    luck = random.Random(seed)
    for (person,) in admin.execute("select id from city.person order by id").fetchall():
        for _ in range(luck.choice((0, 1, 1, 2))):
            asked, result = uuid.UUID(int=luck.getrandbits(128)), luck.choice(("clear", "clear", "conflict", None))
            at = cast.NOW - timedelta(days=luck.randint(0, 140), minutes=luck.randint(0, 1000))
            contract = cast.id_(luck.choice(("law_contract", "law_contract", "law_contract", "gone_contract")))
            admin.execute(
                "insert into shared.conflict (id, org_id, engagement_id, batch_id, at, due_on, name, result, answered_at,"
                " answered_by) values (%s, %s, %s, %s, %s, %s, '試験', %s, %s, %s)",
                [
                    asked,
                    cast.id_("law"),
                    contract,
                    asked,
                    at,
                    cast.TODAY,
                    result,
                    result and at,
                    result and cast.id_("lena"),
                ],
            )
            admin.execute(
                "insert into city.conflict_person (conflict_id, person_id, engagement_id, by_id) values (%s, %s, %s, %s)",
                [asked, person, contract, cast.id_("dan")],
            )
