"""A seeded handful of weakened laws; `make test-walls` tries every one."""

import random
import re

import pytest

from tests.access import stage
from tests.walls import calls, questions, variety
from tests.walls.__main__ import law_of, told
from tests.walls.judging import Judged, judge, wrong_stories, wrong_under_attack
from tests.walls.mutants import Mutant, all_mutants
from tests.walls.standing import EVERYBODY, Stand
from tests.walls.survivors import EQUIVALENTS

SOME = 60


@pytest.fixture(scope="module")
def stand(shared_urls):
    stage.fill(shared_urls)
    variety.fill(shared_urls)
    made = Stand(shared_urls)
    yield made
    made.db.close()


def test_the_law_as_it_is_answers_every_question_as_it_must(stand, capsys):
    asked, wrong = 0, []
    for who in EVERYBODY:
        for table in stand.columns:
            with stand.playing(who):
                for question in questions.of_table(stand, who, table):
                    asked += 1
                    wrong += [found] if (found := question.wrong(stand)) else []
    for function in calls.MAY:
        wrong += calls.wrong_calls(stand, function)
    for schema in calls.NAMES:
        wrong += calls.wrong_names(stand, schema)
    wrong += [*calls.wrong_roles(stand), *calls.wrong_powers(stand), *wrong_stories(stand), *wrong_under_attack(stand)]
    with capsys.disabled():
        print(
            f" {asked} blind questions, {len(calls.MAY)} functions × {len(EVERYBODY)} callers, {len(wrong)} differences",
            end="",
        )
    assert wrong == []


def test_every_function_of_the_law_is_asked_about(stand):
    functions = stand.db.execute("select p.oid::regprocedure::text from pg_proc p where p.pronamespace::regnamespace::text in"
                                 " ('access', 'gate', 'city', 'audit')").fetchall()  # fmt: skip
    assert {f.replace("timestamp with time zone", "timestamptz").replace(chr(34), "") for (f,) in functions} == set(
        calls.MAY
    )


def test_a_handful_of_weakened_laws_is_noticed(stand, shared_urls, capsys):
    seed = random.randrange(2**32)
    expected = law_of(shared_urls)
    mutants = random.Random(seed).sample(all_mutants(stand.columns), SOME)
    judged = [judge(stand, mutant, expected) for mutant in mutants]
    survived = [j.name for j in judged if j.why is None and not any(re.fullmatch(p, j.name) for p in EQUIVALENTS)]
    with capsys.disabled():
        print(f" {SOME} mutants, {sum(j.why is not None for j in judged)} killed, seed {seed}", end="")
    assert survived == [], f"seed {seed}"
    assert [j.name for j in judged if not j.listed] == [], f"seed {seed}"


def test_a_mutant_is_undone(stand, shared_urls):
    expected = law_of(shared_urls)
    weak = Mutant(
        "all cases to all agents",
        ("alter policy agent_select on shared.casefile using (true)",),
        ("table", "shared.casefile", "agent"),
    )
    assert judge(stand, weak, expected).why == "agent counts shared.casefile: is 9, must be 3"
    same = Mutant("as it is", (), ("table", "shared.casefile", "agent"))
    assert (judge(stand, same, expected).why, judge(stand, same, expected).listed) == (None, False)


def test_a_survivor_that_nobody_explained_fails_the_run(capsys):
    listed = [Judged(name, None, True) for name in _an_example_of_each()]
    killed = Judged("shared.claim agent select: USING true", "agent counts shared.claim", True)
    assert told([*listed, killed], 1) == 0
    assert told([*listed, Judged(killed.name, None, True)], 1) == 1
    assert told([*listed, Judged(killed.name, "noticed", False)], 1) == 1
    assert told([*listed, Judged(listed[0].name, "noticed", True)], 1) == 1
    assert told([*listed[1:], killed], 1) == 1
    assert "SURVIVED  shared.claim agent select: USING true" in capsys.readouterr().out


def _an_example_of_each():
    from portal.db import db

    columns = {
        f"{t.schema}.{t.name}": dict.fromkeys((c.name for c in t.columns), "text") for t in db.metadata.tables.values()
    }
    names = [
        m.name
        for m in all_mutants(
            columns | {f"gate.{t}": {} for t in ("credential", "session", "enrolment", "secret", "deployment")}
        )
    ]
    return [next(name for name in names if re.fullmatch(pattern, name)) for pattern in EQUIVALENTS]
