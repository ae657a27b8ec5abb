"""A job that fails, kills its worker or finds its file gone harms nobody else, and the desk sees it and has a way out."""

import io
import os
import time

import pytest
from redis import Redis

from portal import jobs
from portal.actions import leftovers
from portal.adapters.storage import Uploads
from tests import ledgers

SAMPLE = (ledgers.DATA / "ledger_sample_cp932.csv").read_bytes()
SAID = {"as_of": "2026-11-23", "source": "住宅管理システム", "reach": "whole"}


@pytest.fixture
def dan(as_):
    return as_("dan")


@pytest.fixture
def send(dan):
    """The address of a new upload."""
    return lambda: dan.send("/intakes", file=(io.BytesIO(SAMPLE), "台帳.csv"), **SAID).location


@pytest.fixture
def work(app):
    """Performs what waits in the queue, as the worker does."""

    def perform():
        with app.app_context():
            waiting = [job.args[0] for job in jobs.queue().jobs]
            jobs.queue().empty()
            for ticket in waiting:
                jobs.perform(ticket)

    return perform


@pytest.fixture
def push(app, admin):
    """Time goes by, and the sweeper looks."""

    def sweep():
        admin.execute("update access.outbox set next_at = clock_timestamp()")
        with app.app_context():
            jobs.sweep()

    return sweep


def tickets(admin):
    """(tries, error) of what is not done, oldest first."""
    return admin.execute("select tries, error from access.outbox where done_at is null order by at, id").fetchall()


def state(admin, address):
    return admin.execute("select state from city.intake where id::text = %s", [address.rpartition("/")[2]]).fetchone()[
        0
    ]


def test_a_poisonous_job_lets_others_through_and_can_be_given_up(dan, send, work, push, admin, app):
    poison, good = send(), send()
    work()
    admin.execute("alter table city.receivable add constraint none_at_all check (assessed < 0) not valid")
    dan.send(f"{poison}/load")
    early = dan.send(f"{poison}/cancellation")
    assert (early.status_code, "「取込み中」のため" in early.text) == (409, True), "it has not even been tried"
    for tries in (1, 2, 3):
        work()
        assert tickets(admin) == [(tries, "23514")]
        assert state(admin, poison) == "loading"
        push()
    stuck = dan.get(poison).text
    assert "取り込めませんでした" in stuck and "待たずに取りやめることもできます" in stuck
    assert state(admin, good) == "checked", "while the other fails"
    admin.execute("alter table city.receivable drop constraint none_at_all")
    assert dan.send(f"{poison}/cancellation").status_code == 302
    assert state(admin, poison) == "cancelled"
    work()
    assert (state(admin, poison), tickets(admin)) == ("cancelled", [])
    dan.send(f"{good}/load")
    work()
    assert state(admin, good) == "loaded"


def test_a_job_that_killed_its_worker_twice_waits_before_it_is_tried_again(send, work, push, admin, urls):
    address = send()
    (ticket,) = admin.execute("select id from access.outbox").fetchone()
    with Redis.from_url(urls["REDIS_URL"]) as queue:
        for _ in range(jobs.SILENT):  # it began, and nothing more was heard
            queue.incr(f"{jobs.BEGUN}{ticket}")
    work()
    assert (state(admin, address), tickets(admin)) == ("uploaded", [(1, "WorkerKilled")])
    push()
    work()
    assert (state(admin, address), tickets(admin)) == ("checked", [])


def test_a_copy_of_a_ticket_counts_for_nothing(send, work, push, admin, urls):
    address = send()
    for _ in range(4):
        push()
    work()
    assert state(admin, address) == "checked"
    with Redis.from_url(urls["REDIS_URL"]) as queue:
        assert queue.keys(f"{jobs.BEGUN}*") == []


def test_the_file_deleted_under_the_job(dan, send, work, admin, app):
    for asked_load in (False, True):
        address = send()
        if asked_load:
            work()
            dan.send(f"{address}/load")
        for path in app.config["UPLOAD_DIR"].iterdir():
            path.unlink()
        work()
        assert state(admin, address) == ("cancelled" if asked_load else "unreadable")
        assert "24時間" in dan.get(address).text
        assert tickets(admin) == []


def test_the_sweeper_removes_what_a_killed_worker_left(dan, send, work, admin, app):
    loaded, cancelled, waiting = send(), send(), send()
    work()
    folder = app.config["UPLOAD_DIR"]
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    dan.send(f"{loaded}/load")
    work()
    dan.send(f"{cancelled}/cancellation")
    for name, content in kept.items():  # as if nobody had come to remove them
        (folder / name).write_bytes(content)
    nobodys = folder / "01a2094d-233f-7e83-a55d-47d1e60f0e77"
    nobodys.write_bytes(b"sealed")
    _age(folder, hours=0)
    with app.app_context():
        assert leftovers.discard(Uploads.of(app.config)) == 2
        rest = {path.name.partition(".")[0] for path in folder.iterdir()}
        assert rest == {waiting.rpartition("/")[2], nobodys.name}, "a new upload may have no intake yet"
        _age(folder, hours=2)
        assert leftovers.discard(Uploads.of(app.config)) == 1
        assert leftovers.discard(Uploads.of(app.config)) == 0
    assert dan.send(f"{waiting}/load").status_code == 302


def test_what_nobody_finished_writing_goes_within_hours(app):
    folder = app.config["UPLOAD_DIR"]
    folder.mkdir(parents=True)
    for name in ("a.part", "b"):
        (folder / name).write_bytes(b"sealed")
    uploads = Uploads.of(app.config)
    _age(folder, hours=0)
    assert uploads.discard_old() == 0
    _age(folder, hours=2)
    assert uploads.discard_old() == 1
    _age(folder, hours=25)
    assert uploads.discard_old() == 1


def _age(folder, hours):
    for path in folder.iterdir():
        os.utime(path, (time.time() - hours * 3600,) * 2)


def test_a_clock_that_jumps_costs_a_try_and_nothing_else(send, work, push, admin):
    """The worker's clock and the database's differ by a day: PostgreSQL refuses every transaction until they agree."""
    address = send()
    admin.execute("update gate.deployment set test_clock = false")
    work()
    assert (state(admin, address), tickets(admin)) == ("uploaded", [(0, None)])
    admin.execute("update gate.deployment set test_clock = true")
    push()
    work()
    assert state(admin, address) == "checked"
