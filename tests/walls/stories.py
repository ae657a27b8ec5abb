"""What the narrow functions and the triggers do, each told as a short story with the end that plain Python expects."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg

from tests import cast
from tests.walls.standing import Stand

N, I = cast.NOW, cast.id_  # noqa: E741
TOKEN = b"\x07" * 32
REFER = (
    "insert into shared.referral (id, org_id, case_id, by_id, at, noticed_by, urgency, boxes, words, consent)"
    " values (%s, %s, %s, %s, %s, 'call', 'medium', '{income}', '食費がない', 'oral')"
)
CALL = (
    "insert into shared.attempt (id, org_id, case_id, by_id, at, channel, state, letter_kind, verdict)"
    " values (%s, %s, %s, %s, %s, %s, %s, 'notice', %s)"
)
HOLD = (
    "insert into city.hold (id, person_id, kind, source_id, source_org, by_id, at) values (%s, %s, %s, %s, %s, %s, %s)"
)
APPROVE = (
    "insert into city.approval (id, action, noun_id, reason, asked_by, asked_at, decided_by, decided_at, decision)"
    " values (%s, %s, %s, '解除', %s, %s, %s, %s, 'approved')"
)


def tried(stand: Stand, words: str, values: Any = ()) -> Any:
    """The first value answered, how many rows, or the error's state."""
    try:
        with stand.db.transaction():
            found = stand.db.execute(words, values)  # type: ignore[arg-type]
            if not found.description:
                return found.rowcount
            row = found.fetchone()
            return row[0] if row and len(row) == 1 else row
    except psycopg.Error as error:
        return error.sqlstate


def known(stand: Stand, words: str, values: Any = ()) -> list[Any]:
    """What the superuser sees."""
    stand.again()
    return stand.db.execute(words, values).fetchall()  # type: ignore[arg-type]


def quiet(stand: Stand) -> None:
    """Nobody is stopped, and no line is up."""
    stand.arrange(
        "delete from city.hold; delete from city.approval; delete from shared.attempt; delete from shared.referral"
    )
    stand.arrange("update city.debtor set protected = false")


def held(stand: Stand) -> list[str]:
    names = {I(case): case for *_, cases in cast.DEBTORS.values() for case in cases}
    return sorted(names[case] for (case,) in known(stand, "select id from shared.casefile where held_at is not null"))


def dial(
    stand: Stand, case: str, by: str, channel: str = "call", state: str = "open", verdict: str = "yes", at: Any = N
) -> Any:
    return tried(stand, CALL, [uuid.uuid4(), I(case.split("_")[-1]), I(case), I(by), at, channel, state, verdict])


def refer(stand: Stand, case: str = "abe_north", by: str = "alma") -> Any:
    return tried(stand, REFER, [uuid.uuid4(), I(case.split("_")[-1]), I(case), I(by), N])


def stop(stand: Stand, person: str, kind: str = "desk") -> uuid.UUID:
    made = uuid.uuid4()
    assert tried(stand, HOLD, [made, I(person), kind, made, I("city"), I("dan"), N]) == 1
    return made


def everybody_enters(stand: Stand) -> Any:
    entered = []
    for who in ("agent", "supervisor", "lawyer", "desk", "welfare", "auditor", "admin", "nightly", "signin"):
        stand.become(who)
        entered.append(tried(stand, "select current_setting('role')"))
        stand.again()
    return entered


def the_tokens_that_open_nothing(stand: Stand) -> Any:
    said = []
    stand.arrange("update shared.account set ends = '2026-11-24' where id = %s", [I("ann")])
    stand.arrange("update gate.session set ended_at = expires_at where account_id = %s", [I("sora")])
    stand.arrange("update gate.session set expires_at = %s where account_id = %s", [N, I("bo")])
    for login, who in (("partner_login", "gus"), ("partner_login", "ann"), ("partner_login", "sora"), ("partner_login", "bo"),
                       ("partner_login", "dan"), ("city_login", "alma"), ("partner_login", "alma"), ("city_login", "dan")):  # fmt: skip
        said.append(
            _bound(stand, login, "access.bind(%(token)s, 'a:b', %(now)s)", token=bytes.fromhex(cast.token(who)[2:]))
        )
    return said


def _bound(stand: Stand, login: str, call: str, **values: Any) -> Any:
    try:
        with stand.db.transaction():
            row = stand.bind(login, call, **values)
            said = [row[0], row[2] if len(row) > 2 else None]
    except psycopg.Error as error:
        said = error.sqlstate or ""
    stand.again()
    return said


def the_clock_is_nobodys(stand: Stand) -> Any:
    stand.arrange("update gate.deployment set test_clock = false")
    calls = (("partner_login", "access.bind(%(token)s, 'a:b', %(now)s)"), ("partner_login", "access.bind_signin('a:b', %(now)s)"),
             ("worker_login", "access.bind_nightly('a:b', %(now)s)"), ("worker_login", "access.bind_system('intake:load', %(now)s)"),
             ("worker_login", "access.bind_job(%(ticket)s, %(now)s)"))  # fmt: skip
    token, ticket = bytes.fromhex(cast.token("alma")[2:]), I("stage:mori_north")
    return [_bound(stand, login, call, token=token, ticket=ticket) for login, call in calls]


def a_job(stand: Stand) -> Any:
    call, ticket = "access.bind_job(%(ticket)s, %(now)s)", I("stage:mori_north")
    said = [_bound(stand, "worker_login", call, ticket=ticket)]
    said += [known(stand, "select done_at = %s from access.outbox where id = %s", [N, ticket])]
    said += [
        _bound(stand, "worker_login", call, ticket=ticket),
        _bound(stand, "worker_login", call, ticket=uuid.uuid4()),
    ]
    stand.arrange("update shared.account set ends = '2026-11-24' where id = %s", [I("dora")])
    return [*said, _bound(stand, "worker_login", call, ticket=I("stage:kato_north"))]


def the_city_by_itself(stand: Stand) -> Any:
    call = "access.bind_system(%(action)s, %(now)s)"
    return [
        _bound(stand, "worker_login", call, action=action)
        for action in ("intake:load", "case:recall", "placement:make")
    ]


def a_days_work(stand: Stand) -> Any:
    """Only the city itself says that a daily job is done, and in nobody else's name."""
    done = "insert into access.daily (name, day, by_id, done_at) values (%s, '2026-11-25', %s, %s)"
    stand.bind("worker_login", "access.bind_system('match:propose', %(now)s)")
    said = [tried(stand, done, [f"x:{who}", I(who), N]) for who in ("nightly", "dan")]
    stand.again()
    stand.become("desk")
    return said + [tried(stand, done, [f"y:{who}", I(who), N]) for who in ("nightly", "dan")]


def a_forged_context(stand: Stand) -> Any:
    said = []
    for name, value in (("portal.org", str(I("south"))), ("portal.account", str(I("bo"))), ("portal.action", "x:y"),
                        ("portal.now", "2030-01-01 00:00+09"), ("portal.seal", "0" * 64), ("role", "portal_supervisor")):  # fmt: skip
        with stand.db.transaction(force_rollback=True):
            stand.become("agent")
            stand.db.execute("select pg_catalog.set_config(%s, %s, true)", [name, value])
            said.append(
                (
                    tried(stand, "select access.org()"),
                    tried(stand, "select access.me()"),
                    tried(stand, "select access.now()"),
                )
            )
    stand.become("agent")
    return [
        *said,
        tried(stand, "select access.org()"),
        tried(stand, "select access.me()"),
        tried(stand, "select access.now()"),
    ]


def signing_in(stand: Stand) -> Any:
    said: list[Any] = []
    stand.become("signin")
    for login in ("alma", "dan", "nobody"):
        said.append(tried(stand, "select (access.credential_of(%s)).locked", [login]))
        tried(stand, "select access.miss(%s)", [login])
    said += known(
        stand,
        "select login, failed, locked_until is null from gate.credential where login in ('alma', 'dan') order by 1",
    )
    stand.arrange("update gate.credential set failed = 9 where login = 'alma'")
    stand.become("signin")
    tried(stand, "select access.miss('alma')")
    said.append(tried(stand, "select (access.credential_of('alma')).locked"))
    open_session = "select access.open_session(%s, %s, %s)"
    said += [tried(stand, open_session, [I(who), TOKEN, 5]) for who in ("alma", "alma", "gus", "dan")]
    stand.again()
    said.append(_bound(stand, "partner_login", "access.bind(%(token)s, 'a:b', %(now)s)", token=TOKEN))
    said += known(stand, "select failed from gate.credential where login = 'alma'")
    stand.become("agent", name="ann")
    tried(stand, "select access.close_session(%s)", [TOKEN])
    stand.again()
    said.append(_bound(stand, "partner_login", "access.bind(%(token)s, 'a:b', %(now)s)", token=TOKEN))
    stand.become("agent")
    tried(stand, "select access.close_session(%s)", [TOKEN])
    stand.again()
    return [*said, _bound(stand, "partner_login", "access.bind(%(token)s, 'a:b', %(now)s)", token=TOKEN)]


def inviting(stand: Stand) -> Any:
    stand.become("admin")
    said = [tried(stand, "select access.invite(%s, null, %s)", [I(who), TOKEN]) for who in ("alma", "nightly")]
    said.append(tried(stand, "select access.invite(%s, 'neu', %s)", [I("nightly"), b"\x08" * 32]))
    stand.again()
    said.append(
        _bound(
            stand,
            "partner_login",
            "access.bind(%(token)s, 'a:b', %(now)s)",
            token=bytes.fromhex(cast.token("alma")[2:]),
        )
    )
    stand.become("signin")
    said.append(tried(stand, "select (access.enrolment_of(%s)).login", [TOKEN]))
    said += [tried(stand, "select access.enrol(%s, 'hash', 'x')", [token]) for token in (TOKEN, TOKEN, b"\x09" * 32)]
    said.append(tried(stand, "select (access.enrolment_of(%s)).login", [TOKEN]))
    return said + known(
        stand, "select login, password_hash from gate.credential where login in ('alma', 'neu') order by 1"
    )


def founding(stand: Stand) -> Any:
    stand.become("owner")
    found = "select access.found('市', 'first', %s, true, %s) is not null"
    said = [tried(stand, found, [TOKEN, N])]
    stand.again()
    stand.arrange("delete from shared.organisation; delete from shared.account; delete from gate.credential; update gate.deployment"
                  " set test_clock = false")  # fmt: skip
    stand.become("owner")
    said.append(tried(stand, found, [TOKEN, N]))
    people = known(stand, "select role, (select count(*) from shared.organisation), (select test_clock from gate.deployment)"
                   " from shared.account order by 1")  # fmt: skip
    return said + people + known(stand, "select login from gate.credential")


def contact_facts(stand: Stand) -> Any:
    """Alma learns that somebody tried twice, once with an answer; of a case that is not hers, nothing."""
    quiet(stand)
    stand.become("lawyer")
    dial(stand, "abe_law", "lena", state="done")
    dial(stand, "abe_law", "lena", channel="letter", state="done")
    stand.again()
    facts = "select (held, busy, cardinality(tried_at), channels, results)::text from access.contact_facts(%s)"
    stand.become("agent")
    said = [tried(stand, facts, [I(case)]) for case in ("abe_north", "abe_law", "ito_south", "mori_north")]
    stand.again()
    locked = stand.locked([I("abe"), I("mori"), I("ito")])
    said.append(sorted(plain(locked)))  # whoever asks has the person to himself until he is done
    stand.become("agent")
    dial(stand, "abe_north", "alma")
    said.append(tried(stand, facts, [I("abe_north")]))
    stand.again()
    stand.become("desk")
    stop(stand, "abe")
    stand.again()
    stand.become("agent")
    return [*said, tried(stand, facts, [I("abe_north")])]


def calling(stand: Stand) -> Any:
    """One line to one person over all partners; a stopped person is not called; an hour is as it was."""
    quiet(stand)
    stand.become("lawyer")
    said = [dial(stand, "abe_law", "lena")]
    stand.again()
    stand.become("agent")
    said += [dial(stand, "abe_north", "alma"), dial(stand, "mori_north", "alma", at="2026-11-25T18:00:00+09")]
    said += [
        dial(stand, "ito_south", "alma"),
        dial(stand, "mori_north", "alma", state="done", verdict="no", at="2026-11-24T10:00:00+09"),
    ]
    said += [dial(stand, "mori_north", "alma", state="done", at="2026-11-23T22:00:00+09")]
    said += [dial(stand, "mori_north", "alma", channel="letter", state="done", at="2026-11-26T10:00:00+09")]
    said += known(stand, "select at, breach from shared.attempt where org_id = %s order by 1, 2", [I("north")])
    stand.become("desk")
    stop(stand, "kato")
    stand.again()
    stand.become("agent", name="ann")
    said += [dial(stand, "kato_north", "ann"), dial(stand, "kato_north", "ann", state="done")]
    return said + known(stand, "select breach from shared.attempt where case_id = %s", [I("kato_north")])


def stopping(stand: Stand) -> Any:
    """A referral, a return and what was heard stop every case of the person; nobody else's; and an hour later too."""
    quiet(stand)
    said: list[Any] = []
    returned = ("insert into shared.return (id, org_id, case_id, by_id, at, reason) values (%s, %s, %s, %s, %s, 'refused')",
                [uuid.uuid4(), I("north"), I("mori_north"), I("alma"), N])  # fmt: skip
    stand.become("agent")
    said += [refer(stand), tried(stand, *returned), refer(stand, "ito_south"), dial(stand, "kato_north", "alma")]
    said += [tried(stand, "update shared.attempt set note = 'x' where case_id = %s", [I("kato_north")])]
    said += [held(stand), known(stand, "select kind, by_id, lifted_at from city.hold order by 1")]
    stand.become("agent")
    said += [tried(stand, "update shared.attempt set stops = false where case_id = %s", [I("kato_north")]), held(stand)]
    stand.become("agent")
    said += [tried(stand, "update shared.attempt set stops = true where case_id = %s", [I("kato_north")]), held(stand)]
    stand.become("agent", name="ann")
    heard = "insert into shared.attempt (id, org_id, case_id, by_id, at, channel, state, verdict, stops) values (%s, %s, %s, %s, %s, 'incoming',"
    said += [tried(stand, heard + " 'done', 'yes', true)", [uuid.uuid4(), I("north"), I("kato_north"), I("ann"), N])]
    return said + known(stand, "select kind, count(*) from city.hold group by 1 order by 1")


def going_on(stand: Stand) -> Any:
    """Contact goes on when the last hold is lifted, on all cases of the person."""
    quiet(stand)
    stand.become("desk")
    first, second = stop(stand, "abe"), stop(stand, "abe")
    said = [held(stand)]
    for hold in (first, second):
        stand.become("desk")
        tried(stand, "update city.hold set lifted_at = %s, lifted_by = %s where id = %s", [N, I("dan"), hold])
        said.append(held(stand))
    return said


def joining(stand: Stand) -> Any:
    """Two persons turn out to be one: the holds and the cases go over, and the mark follows."""
    quiet(stand)
    stand.become("desk")
    hold = stop(stand, "mori")
    said = [held(stand)]
    stand.become("desk")
    tried(stand, "update city.hold set person_id = %s where id = %s", [I("abe"), hold])
    said.append(held(stand))
    stand.become("desk")
    tried(stand, "update city.placement set person_id = %s where case_id = %s", [I("free"), I("abe_law")])
    said.append(held(stand))
    stand.become("desk")
    tried(stand, "update city.placement set person_id = %s where case_id = %s", [I("abe"), I("ueda_law")])
    return [*said, held(stand)]


def placing(stand: Stand) -> Any:
    """A case of a person who is stopped is born stopped; numbers run by contract."""
    quiet(stand)
    stand.arrange("update shared.engagement set numbered = 7 where id = %s", [I("north_contract")])
    stand.become("desk")
    stop(stand, "free")
    said = [tried(stand, "select access.number_cases(%s, %s)", [I(c), n]) for c, n in (("north_contract", 3), ("north_contract", 1),
                                                                                      ("south_contract", 1), ("north_contract", 0))]  # fmt: skip
    for person in ("free", "mori"):
        case = I(f"new {person}")
        tried(stand, "insert into shared.casefile (id, org_id, engagement_id, number, placed_on, paid_through, has_phone, next_at) values"
              " (%s, %s, %s, %s, %s, %s, true, %s)", [case, I("south"), I("south_contract"), person, N.date(), N.date(), N])  # fmt: skip
        said.append(tried(stand, "insert into city.placement (case_id, org_id, engagement_id, entrustment_id, person_id, lane, placed_at)"
                    " values (%s, %s, %s, %s, %s, 'beside', %s)", [case, I("south"), I("south_contract"), I("ito_south_entrustment"), I(person), N]))  # fmt: skip
    new = [I("new free"), I("new mori")]
    return said + known(
        stand, "select number, held_at is not null from shared.casefile where id = any(%s) order by 1", [new]
    )


def protecting(stand: Stand) -> Any:
    """The mark comes off with a second person's word only, the word is used once, and the hold ends with it."""
    quiet(stand)
    stand.arrange("update city.debtor set name = null, kana = null, birth = null, sex = null, postcode = null, address = null,"
                  " building = null, phone1 = null, phone2 = null, protected = true")  # fmt: skip
    said: list[Any] = []
    off, lift = (
        "update city.debtor set protected = false where person_id = %s",
        "update city.hold set lifted_at = %s, lifted_by = %s where person_id = %s",
    )
    stand.become("desk", "intake:unprotect")
    stop(stand, "mori", "protection")
    said.append(tried(stand, "update city.debtor set protected = protected where person_id = %s", [I("mori")]))
    said += [tried(stand, off, [I("mori")]), tried(stand, lift, [N, I("dan"), I("mori")])]
    stand.again()
    stand.arrange(APPROVE, [uuid.uuid4(), "protection:lift", I("mori"), I("dora"), N, I("dan"), N])
    stand.become("desk")
    said += [
        tried(stand, off, [I("kato")]),
        tried(stand, lift, [N, I("dan"), I("mori")]),
        tried(stand, off, [I("mori")]),
    ]
    said += [
        tried(stand, lift, [N, I("dan"), I("mori")]),
        *known(stand, "select used_at is not null from city.approval"),
    ]
    stand.arrange("update city.approval set used_at = %s - interval '1 hour'", [N])
    stand.arrange(
        "update city.debtor set name = null, kana = null, birth = null, postcode = null, address = null, phone1 = null, protected = true"
    )
    stand.become("desk")
    said += [tried(stand, off, [I("mori")])]
    stand.again()
    return said + _with_a_load(stand, off)


def _with_a_load(stand: Stand, off: str) -> list[Any]:
    """The word may be on a load that runs, for those it was asked about; and the city itself may, at the prompt."""
    said = []
    stand.arrange(APPROVE, [uuid.uuid4(), "intake:unprotect", I("intake"), I("dora"), N, I("dan"), N])
    stand.arrange("delete from city.movement")
    lost = "insert into city.movement (id, intake_id, receivable_id, person_id, code, effect, at) values (%s, %s, %s, %s, 'unprotected', 'none', %s)"
    for state, person, decision in (("loading", None, None), ("loading", "mori", "seen"), ("loading", "kato", "kept"), ("loaded", "kato", "seen"),
                                    ("loading", "kato", "seen")):  # fmt: skip
        stand.arrange("update city.intake set state = %s where id = %s", [state, I("intake")])
        if person:
            stand.arrange(lost, [uuid.uuid4(), I("intake"), I(f"{person}_receivable"), I(person), N])
            words = "update city.movement set decision = %s, decided_at = %s, decided_by = %s where person_id = %s"
            stand.arrange(words, [decision, N, I("dan"), I(person)])
        stand.become("desk")
        said.append(tried(stand, off, [I("kato")]))
        stand.again()
    stand.become("desk", "intake:unprotect")
    stop(stand, "ito", "protection")
    stand.again()
    for action in ("intake:load", "intake:unprotect"):
        stand.arrange("delete from city.approval")
        stand.bind("worker_login", "access.bind_system(%(action)s, %(now)s)", action=action)
        said.append(tried(stand, off, [I("ito")]))
        lift = "update city.hold set lifted_at = %s, lifted_by = %s where person_id = %s"
        said.append(tried(stand, lift, [N, I("nightly"), I("ito")]))
        stand.again()
    return said


def a_protection_that_moves(stand: Stand) -> Any:
    """It goes with the marked number, after it, and never to somebody else."""
    quiet(stand)
    stand.arrange("update city.debtor set name = null, kana = null, birth = null, postcode = null, address = null, phone1 = null,"
                  " protected = true where person_id = any(%s)", [[I("mori"), I("kato")]])  # fmt: skip
    stand.become("desk")
    stop(stand, "mori", "protection")
    hold, number = (
        "update city.hold set person_id = %s where person_id = %s",
        "update city.debtor set person_id = %s where person_id = %s",
    )
    said = [
        tried(stand, hold, [I(to), I("mori")]) for to in ("ito", "kato")
    ]  # one without a mark; one with, but Mori keeps hers
    said += [
        tried(stand, number, [I("abe"), I("mori")]),
        tried(stand, hold, [I("ito"), I("mori")]),
        tried(stand, hold, [I("abe"), I("mori")]),
    ]
    stop(stand, "abe", "protection")
    said += [tried(stand, number + " and protected", [I("mori"), I("abe")])]
    one = "update city.hold set person_id = %s where id = (select id from city.hold where person_id = %s limit 1)"
    return [*said, tried(stand, one, [I("mori"), I("abe")])]


def changing_hands(stand: Stand) -> Any:
    stand.become("desk")
    move = "update shared.casefile set org_id = %s where id = %s"
    said = [tried(stand, "update shared.casefile set org_id = org_id where id = %s", [I("kato_north")])]
    said += [tried(stand, move, [I(to), I("kato_north")]) for to in ("south", "city")]
    return said + known(
        stand, "select org_id from shared.attempt where case_id = %s and by_id = %s", [I("kato_north"), I("ann")]
    )


def paying(stand: Stand) -> Any:
    stand.become("desk")
    said = [
        tried(
            stand,
            "update city.receivable set paid = 4000 where id = any(%s)",
            [[I("abe_receivable"), I("recalled_receivable")]],
        )
    ]
    return said + known(stand, "select f.balance, c.balance from shared.casefile f join shared.claim c on c.case_id = f.id"
                        " where f.id = any(%s) order by f.number", [[I("abe_north"), I("abe_law"), I("recalled_north")]])  # fmt: skip


def the_trail(stand: Stand) -> Any:
    """Alma's referral stops a case of the law team: their tree says the city did it, the city's own tree who it was."""
    quiet(stand)
    stand.arrange("delete from audit.event")
    stand.become("agent", "referral:send")
    refer(stand)
    said = [
        tried(stand, "select access.note('casefile', %s, %s)", [verb, [I("abe_north")]])
        for verb in ("read", "refuse", "write")
    ]
    who = {I(n): n for n in ("alma", "north", "south", "law", "city")}
    rows = known(
        stand,
        "select tree_org, actor_id, actor_org, actor_role, login, action, noun, verb, cases from audit.event order by seq",
    )
    return said + sorted(
        str([*(who.get(v) for v in row[:3]), *row[3:8], [c == I("abe_law") for c in row[8]]]) for row in rows
    )


STORIES: tuple[Callable[[Stand], Any], ...] = (
    everybody_enters, the_tokens_that_open_nothing, the_clock_is_nobodys, a_job, the_city_by_itself, a_days_work, a_forged_context, signing_in, inviting,
    founding, contact_facts, calling, stopping, going_on, joining, placing, protecting, a_protection_that_moves, changing_hands, paying, the_trail,
)  # fmt: skip


def told(stand: Stand, story: Callable[[Stand], Any]) -> Any:
    """The story's end, or the state of the error that broke it off; all of it undone."""
    try:
        with stand.db.transaction(force_rollback=True):
            return plain(story(stand))
    except psycopg.Error as error:
        return error.sqlstate
    except AssertionError:
        return "broken off"


NAMES = {I(name): name for name in (*cast.PEOPLE, *cast.ORGANISATIONS, *cast.DEBTORS)}


def plain(value: Any) -> Any:
    """Ids by the names of the cast, instants as JST text, tuples as lists: to be read beside what is expected."""
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, uuid.UUID):
        return NAMES.get(value, "?")
    return value.astimezone(cast.NOW.tzinfo).strftime("%m-%d %H:%M") if isinstance(value, datetime) else value
