"""Who may call which function, become which role, and name what stands in which schema: plain Python, from the design."""

from collections.abc import Iterator

import psycopg

from tests.access.oracle import PARTNER, ROLES
from tests.walls.standing import DEFINERS, EVERYBODY, LOGINS, Stand

CITY = ("desk", "welfare", "auditor", "admin")
SIGNED_IN = (*PARTNER, *CITY)
SEALED = (*ROLES, "contact", "recorder", "gate")
OF_GATE: dict[str, tuple[str, ...]] = {
    "gate.seal(text)": (), "gate.enter(text,text,text,text,timestamptz,text)": (), "gate.check_clock(timestamptz)": (),
    "gate.alive(uuid,timestamptz)": (), "access.sealed()": (), "access.org()": SEALED, "access.me()": SEALED, "access.now()": SEALED,
    "access.bind(bytea,text,timestamptz)": ("partner_login", "city_login"), "access.bind_job(uuid,timestamptz)": ("worker_login",),
    "access.bind_nightly(text,timestamptz)": ("worker_login",), "access.bind_system(text,timestamptz)": ("worker_login",),
    "access.bind_signin(text,timestamptz)": ("partner_login", "city_login"), "access.credential_of(text)": ("signin",),
    "access.miss(text)": ("signin",), "access.open_session(uuid,bytea,bigint)": ("signin",), "access.close_session(bytea)": SIGNED_IN,
    "access.invite(uuid,text,bytea)": ("admin",), "access.enrolment_of(bytea)": ("signin",), "access.enrol(bytea,text,bytea)": ("signin",),
    "access.found(text,text,bytea,boolean,timestamptz)": ("owner",), "access.guard_hands()": ("owner",),
    "access.number_cases(uuid,integer)": ("desk",),
}  # fmt: skip
OF_CONTACT: dict[str, tuple[str, ...]] = {
    "access.contact_facts(uuid)": PARTNER,
    **{f"access.{name}()": ("owner",) for name in ("guard_attempt", "stop_contact", "freeze", "thaw", "rehold", "born_held",
                                                   "guard_protection", "guard_protection_hold", "guard_protection_move")},
}  # fmt: skip
OF_RECORDER: dict[str, tuple[str, ...]] = {
    "audit.foreign_row(uuid)": (), "audit.changed()": ("owner",), "access.note(text,text,uuid[])": ROLES,
}  # fmt: skip
OWNERS = {"gate": OF_GATE, "contact": OF_CONTACT, "recorder": OF_RECORDER, "owner": {"city.copy_balance()": ()}}
MAY = {name: (owner, *callers) for owner, functions in OWNERS.items() for name, callers in functions.items()}
NAMES = {
    "access": EVERYBODY,
    "shared": (*SIGNED_IN, "gate", "contact", "owner"),
    "city": (*SIGNED_IN, "contact", "owner"),  # partner roles: for the receipt that they write and never read
    "audit": ("auditor", "recorder", "owner"),
    "gate": ("gate", "owner"),
}
BECOMES = {
    "partner_login": ("signin", *PARTNER),
    "city_login": ("signin", *CITY),
    "worker_login": ROLES,
    "owner": DEFINERS,
}
SOMETHING_IN = {
    "access": "access.outbox",
    "shared": "shared.casefile",
    "city": "city.person",
    "audit": "audit.event",
    "gate": "gate.secret",
}


def wrong_calls(stand: Stand, function: str) -> Iterator[str]:
    """A function is reached, whatever it then says, or it is not."""
    for who in EVERYBODY:
        with stand.playing(who):
            must = who in MAY.get(function, ()) and function.split(".")[0] in _named_by(who)
            if (seen := _reached(stand, function)) != must:
                yield f"{who} calls {function}: {seen}"


def _named_by(who: str) -> set[str]:
    return {schema for schema, roles in NAMES.items() if who in roles}


def _reached(stand: Stand, function: str) -> bool:
    name, kinds = function.rstrip(")").split("(")
    values = ", ".join(f"null::{kind}" for kind in kinds.split(",") if kind)
    try:
        with stand.db.transaction(force_rollback=True):
            stand.db.execute(f"select {name}({values})")  # type: ignore[arg-type]
    except psycopg.Error as error:
        said = error.diag.message_primary or ""
        return not (error.sqlstate == "42501" and said in (f"permission denied for function {name.split('.')[1]}",
                                                           f"permission denied for schema {name.split('.')[0]}"))  # fmt: skip
    return True


def wrong_names(stand: Stand, schema: str) -> Iterator[str]:
    for who in EVERYBODY:
        with stand.playing(who):
            if (seen := _can(stand, f"select '{SOMETHING_IN[schema]}'::regclass")) != (who in NAMES[schema]):
                yield f"{who} names what is in {schema}: {seen}"


def wrong_roles(stand: Stand) -> Iterator[str]:
    """What each login and the owner may become; nothing comes to them unasked, and they can give nothing on."""
    roles = (*ROLES, *DEFINERS, "owner", "backup", *LOGINS)
    for who in BECOMES:
        with stand.playing(who):
            for role in roles:
                may = role in BECOMES[who] or role == who
                if (seen := _can(stand, f"set local role portal_{role}")) != may:
                    yield f"{who} becomes {role}: {seen}"
            for role in BECOMES[who]:
                if _can(stand, f"grant portal_{role} to portal_backup"):
                    yield f"{who} makes others {role}"
            if who in LOGINS and _can(stand, "select access.org()"):
                yield f"{who} has a role's rights without taking it"


def wrong_powers(stand: Stand) -> Iterator[str]:
    for who in EVERYBODY:
        with stand.playing(who):
            if _can(stand, "create role walls_new"):
                yield f"{who} makes roles"


def _can(stand: Stand, words: str) -> bool:
    try:
        with stand.db.transaction(force_rollback=True):
            stand.db.execute(words)  # type: ignore[arg-type]
    except psycopg.Error as error:
        return error.sqlstate != "42501"
    return True
