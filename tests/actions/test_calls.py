"""Calls: the verdict before the line, the record after it, and what follows in the same transaction."""

import json
import threading
from datetime import date, datetime, time, timedelta

import pytest

from portal.actions import calls
from portal.clock import JST
from portal.db import db
from portal.models.casefiles import Casefile
from portal.rules import contact_json
from portal.rules.call_record import Said
from tests import cast

MORI, KATO, ABE, ABE_LAW = (cast.id_(name) for name in ("mori_north", "kato_north", "abe_north", "abe_law"))


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


def stored(admin, call):
    names = "state result outcome verdict reasons breach stops number next_on next_from".split()
    row = admin.execute(f"select {', '.join(names)} from shared.attempt where id = %s", [call]).fetchone()
    return dict(zip(names, row, strict=True))


def file(admin, case):
    names = "tries band reason next_at version leased_by held_at last_at".split()
    row = admin.execute(f"select {', '.join(names)} from shared.casefile where id = %s", [case]).fetchone()
    return dict(zip(names, row, strict=True))


def test_record(record, admin):
    logged = record("alma", MORI, at(24, 18, 20), result="10")
    assert stored(admin, logged.call.id)["result"] == "10"
