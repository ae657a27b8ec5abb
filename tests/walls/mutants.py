"""The law weakened one row at a time, in the data table, and printed as the statements that would make it so.

A mutant that only takes a right away is a mutant too: a wall that keeps its own people out is not the one that was meant.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from portal.access import law
from portal.access.policy import FUNCTIONS, LOGINS, NO_ROW_SECURITY, ROWS, SCHEMAS, TRIGGERS, Row
from tests.access.asking import Columns

DEFINERS = ("gate", "contact", "recorder")
ROLES = ("agent", "supervisor", "lawyer", "desk", "welfare", "auditor", "admin", "nightly")
VERBS = ("select", "insert", "update", "delete")
SWAP = {"agent": "lawyer", "supervisor": "agent", "lawyer": "agent", "desk": "welfare", "welfare": "desk", "auditor": "admin",
        "admin": "auditor", "nightly": "desk", "gate": "contact", "contact": "gate", "recorder": "gate"}  # fmt: skip
OWNED_BY = ("owner", *DEFINERS)


@dataclass(frozen=True)
class Mutant:
    """`ask`: which part of the oracle is concerned, e.g. ("table", "shared.claim", "agent")."""

    name: str
    statements: tuple[str, ...]
    ask: tuple[str, ...]


def all_mutants(columns: Columns) -> list[Mutant]:
    parts = (
        _rows(),
        _columns(columns),
        _verbs(),
        _tables(),
        _stages(),
        _functions(),
        _triggers(),
        _audit(),
        _schemas(),
        _logins(),
    )
    return [mutant for part in parts for mutant in part]


def _rows() -> Iterator[Mutant]:
    for row in ROWS:
        for how, weak in _weaker(row):
            yield _instead(row, how, weak)
        gone = f"drop policy {row.name} on {row.table}"
        yield Mutant(f"{_named(row)}: policy dropped", (gone,), ("table", row.table, row.role))
        yield Mutant(f"{_named(row)}: grant taken", (_revoke(row),), ("table", row.table, row.role))
        strict = law.policy(row).replace(f" on {row.table} for", f" on {row.table} as restrictive for", 1)
        yield Mutant(f"{_named(row)}: restrictive", (gone, strict), ("table", row.table, row.role))
        other = replace(row, role=SWAP[row.role])
        swapped = law.policy(other).replace(f"policy {other.name} ", f"policy {row.name}_swapped ", 1)
        yield Mutant(f"{_named(row)}: role becomes {other.role}", (gone, _revoke(row), swapped, law.grant(other)),
                     ("table", row.table, row.role, other.role))  # fmt: skip


def _named(row: Row) -> str:
    return f"{row.table} {row.role} {row.verb}"


def _revoke(row: Row) -> str:
    return law.grant(row).replace("grant", "revoke", 1).replace(" to portal_", " from portal_", 1)


def _instead(row: Row, how: str, weak: Row) -> Mutant:
    statements = (f"drop policy {row.name} on {row.table}", law.policy(weak))
    return Mutant(f"{_named(row)}: {how}", statements, ("table", row.table, row.role))


def _weaker(row: Row) -> Iterator[tuple[str, Row]]:
    """USING and WITH CHECK: open, shut, turned round, and each part of them left out."""
    check = row.check or row.rows
    if row.verb != "insert":
        for how, words in _weaker_words(row.rows):
            yield f"USING {how}", replace(row, rows=words, check=check)
    if row.verb in ("insert", "update"):
        for how, words in _weaker_words(check):
            yield f"WITH CHECK {how}", replace(row, check=words)
        if row.verb == "update" and row.rows != check:
            yield "WITH CHECK is USING", replace(row, check=row.rows)


def _weaker_words(words: str) -> Iterator[tuple[str, str]]:
    if words == "true":
        yield "false", "false"
        return
    yield "true", "true"
    yield "false", "false"
    for place, found in enumerate(re.finditer(r" (=|<>) (?=\(select access|any|')", words)):
        other = {"=": "<>", "<>": "="}[found[1]]
        turned = words[: found.start()] + f" {other} " + words[found.end() :]
        yield f"comparison {place + 1} turned round", turned.replace("<> any(", "<> all(")
    for how, joint in (("without", " and "), ("only", " or ")):
        parts = _split(words, joint)
        if len(parts) > 1:
            for left_out in range(len(parts)):
                kept = joint.join(p for n, p in enumerate(parts) if n != left_out)
                yield f"{how} part {left_out + 1}: {parts[left_out][:50]}", kept


def _split(words: str, joint: str) -> list[str]:
    """At the joints outside of parentheses."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(words):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and words.startswith(joint, place):
            parts.append(words[start:place])
            start = place + len(joint)
    return [*parts, words[start:]]


def _columns(columns: Columns) -> Iterator[Mutant]:
    for row in ROWS:
        for column in row.cols:
            taken = f"revoke {row.verb} ({column}) on {row.table} from portal_{row.role}"
            yield Mutant(f"{_named(row)}: without {column}", (taken,), ("table", row.table, row.role))
        more = [c for c in columns[row.table] if c not in row.cols] if row.cols else []
        for column in more:
            given = f"grant {row.verb} ({column}) on {row.table} to portal_{row.role}"
            yield Mutant(f"{_named(row)}: and {column}", (given,), ("table", row.table, row.role))
        if more:
            whole = f"grant {row.verb} on {row.table} to portal_{row.role}"
            yield Mutant(f"{_named(row)}: all columns", (whole,), ("table", row.table, row.role))


def _verbs() -> Iterator[Mutant]:
    """A verb that the role does not have, on the rows that it sees; on tables it does not know, on all."""
    known = {(row.role, row.table, row.verb): row for row in ROWS}
    for table in law.tables():
        for role in (*ROLES, "signin", *DEFINERS):
            has = [verb for verb in VERBS if (role, table, verb) in known]
            for verb in VERBS if has else ("select",):
                if verb not in has:
                    seen = known.get((role, table, "select"))
                    row = Row(role, table, verb, seen.rows if seen else "true")
                    yield Mutant(f"{_named(row)}: added", (law.grant(row), law.policy(row)), ("table", table, role))


def _tables() -> Iterator[Mutant]:
    for table in law.tables():
        readers = sorted({row.role for row in ROWS if row.table == table} - set(DEFINERS))
        for how, words in (
            ("row security off", "disable row level security"),
            ("no FORCE", "no force row level security"),
        ):
            yield Mutant(
                f"{table}: {how}",
                (f"alter table {table} {words}",),
                ("table", table, "owner", *readers, "gate", "contact"),
            )
        yield Mutant(
            f"{table}: select to PUBLIC",
            (f"grant select on {table} to public",),
            ("table", table, "partner_login", "signin"),
        )
        yield Mutant(f"{table}: truncate", (f"grant truncate on {table} to portal_desk",), ("table", table, "desk"))


def _stages() -> Iterator[Mutant]:
    for table, roles in NO_ROW_SECURITY.items():
        for verb in ("select", "insert", "truncate"):
            yield Mutant(
                f"{table}: desk without {verb}",
                (f"revoke {verb} on {table} from portal_desk",),
                ("table", table, "desk"),
            )
        for verb in ("update", "delete"):
            yield Mutant(
                f"{table}: desk with {verb}", (f"grant {verb} on {table} to portal_desk",), ("table", table, "desk")
            )
        for role in {*ROLES, "signin"} - set(roles):
            yield Mutant(
                f"{table}: open to {role}", (f"grant select on {table} to portal_{role}",), ("table", table, role)
            )


def _functions() -> Iterator[Mutant]:
    for function, (owner, callers) in FUNCTIONS.items():
        for other in OWNED_BY:
            if other != owner:
                change = (f"grant create on schema {function.split('.')[0]} to portal_{other}", f"alter function {function} owner to portal_{other}",
                          f"revoke create on schema {function.split('.')[0]} from portal_{other}")  # fmt: skip
                yield Mutant(f"{function}: owned by {other}", change, ("function", function))
        for role in (*ROLES, "signin", *LOGINS, *DEFINERS, "owner"):
            if role in callers:
                yield Mutant(
                    f"{function}: not for {role}",
                    (f"revoke execute on function {function} from portal_{role}",),
                    ("function", function),
                )
            elif role != owner:
                yield Mutant(
                    f"{function}: for {role}",
                    (f"grant execute on function {function} to portal_{role}",),
                    ("function", function),
                )
        yield Mutant(
            f"{function}: EXECUTE to PUBLIC",
            (f"grant execute on function {function} to public",),
            ("function", function),
        )
        for how, words in (("security invoker", "security invoker"), ("no search_path", "reset search_path"),
                           ("empty search_path", "set search_path = ''")):  # fmt: skip
            if function != "city.copy_balance()" or how != "security invoker":
                yield Mutant(
                    f"{function}: {how}",
                    (f"alter function {function} {words}",),
                    ("function", function, *(["attack"] if "path" in how else [])),
                )


def _triggers() -> Iterator[Mutant]:
    for (table, name), body in TRIGGERS.items():
        gone = f"drop trigger {name} on {table}"
        yield Mutant(f"{table} {name}: dropped", (gone,), ("stories",))
        yield Mutant(f"{table} {name}: disabled", (f"alter table {table} disable trigger {name}",), ("stories",))
        if "when (" in body:
            condition = body[body.index("when (") + 6 : body.index(") execute")]
            for how, words in (("always", "true"), ("turned round", f"not ({condition})")):
                made = f"create trigger {name} {body.format(table).replace(condition, words)}"
                yield Mutant(f"{table} {name}: {how}", (gone, made), ("stories",))


def _audit() -> Iterator[Mutant]:
    for table in law.tables():
        for name, made in law.triggers(table).items():
            if name.startswith("audit_"):
                gone = f"drop trigger {name} on {table}"
                yield Mutant(f"{table} {name}: dropped", (gone,), ("trail", table))
                yield Mutant(
                    f"{table} {name}: disabled", (f"alter table {table} disable trigger {name}",), ("trail", table)
                )
                keyless = re.sub(r"changed\('\w+'\)", "changed('nothing')", made)
                yield Mutant(f"{table} {name}: another key", (gone, keyless), ("trail", table))


def _schemas() -> Iterator[Mutant]:
    for schema, roles in SCHEMAS.items():
        for role in (*ROLES, "signin", *LOGINS, *DEFINERS):
            has = role in roles
            words = f"{'revoke' if has else 'grant'} usage on schema {schema} {'from' if has else 'to'} portal_{role}"
            yield Mutant(f"schema {schema}: {'not ' if has else ''}for {role}", (words,), ("schema", schema))
        yield Mutant(f"schema {schema}: PUBLIC", (f"grant usage on schema {schema} to public",), ("schema", schema))


def _logins() -> Iterator[Mutant]:
    everybody = (*ROLES, "signin", *DEFINERS, "owner", "backup")
    owned = {"owner": DEFINERS}
    for login, roles in {**LOGINS, **owned}.items():
        for role in everybody:
            words = [("may not become", f"revoke portal_{role} from portal_{login}")] if role in roles else []
            if role not in roles and role != login:
                words = [("may become", f"grant portal_{role} to portal_{login} with inherit false, set true")]
            if role in roles and login != "owner":
                words += [("inherits", f"grant portal_{role} to portal_{login} with inherit true, set true"),
                          ("gives on", f"grant portal_{role} to portal_{login} with admin option")]  # fmt: skip
            for how, statement in words:
                yield Mutant(f"{login} {how} {role}", (statement,), ("logins",))
    for role in (*ROLES, "signin", *LOGINS, "owner"):
        yield Mutant(f"{role} makes roles", (f"alter role portal_{role} createrole",), ("powers",))
    for role in (*ROLES, "signin"):
        yield Mutant(f"{role} is above row security", (f"alter role portal_{role} bypassrls",), ("bypass", role))
