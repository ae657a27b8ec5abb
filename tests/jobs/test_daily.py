"""Today's jobs: once, however often they are asked for, by however many, and whatever happens to the worker."""

import signal
import threading
from datetime import date

import pytest
from redis import Redis

from portal import daily, jobs
from portal.access import scope
from portal.db import db
from portal.models.intakes import Mapping
from tests.jobs.waiting import until

NAME = "conflict:close"  # a name the database knows; what it does is this test's
TODAY = date(2026, 11, 25)


@pytest.fixture
def job(monkeypatch):
    """A day's job that leaves one row a time, and raises the errors of `fails` first."""

    def write(*, by, day):
        db.session.add(Mapping(by_id=by.account_id, at=scope.now(), source=day.isoformat(), headings={}, kinds={}))
        db.session.flush()
        if write.fails:
            raise write.fails.pop()

    write.fails = []
    monkeypatch.setattr(daily, "DAILY", {NAME: write})
    return write


@pytest.fixture
def perform(app):
    def run():
        with app.app_context():
            return daily.perform(NAME)

    return run


@pytest.fixture
def due(app):
    def ask():
        with app.app_context():
            return daily.due()

    return ask


def days(admin):
    return [day for (day,) in admin.execute("select source from city.mapping order by id")]


def test_once_a_day_and_again_tomorrow(job, perform, due, admin, november):
    assert due() == [NAME]
    assert (perform(), perform()) == (True, False)
    assert due() == []
    november.move_to("2026-11-26T05:00:00+09:00")
    assert due() == [NAME]
    assert perform()
    assert days(admin) == ["2026-11-25", "2026-11-26"]


def test_late_means_today_and_not_the_days_between(job, perform, admin, november):
    perform()
    november.move_to("2026-11-30T23:10:00+09:00")
    assert (perform(), perform()) == (True, False)
    assert days(admin) == ["2026-11-25", "2026-11-30"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-11-25T23:59:58+09:00", "2026-11-26T00:00:02+09:00"),
        ("2027-03-28T23:59:58+09:00", "2027-03-29T00:00:02+09:00"),  # summer time elsewhere, and never here
        ("2026-12-31T23:59:58+09:00", "2027-01-01T00:00:02+09:00"),
    ],
)
def test_the_day_begins_at_midnight_in_japan(job, perform, admin, november, before, after):
    for at in (before, after):
        november.move_to(at)
        assert (perform(), perform()) == (True, False)
    assert days(admin) == [before[:10], after[:10]]


def test_two_at_once_are_one(job, perform, admin):
    answers = []
    both = [threading.Thread(target=lambda: answers.append(perform())) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(answers) == [False, True]
    assert days(admin) == [TODAY.isoformat()]


def test_a_failure_leaves_nothing_and_is_tried_again_without_a_word_of_it_in_the_log(job, app, due, admin, capsys):
    job.fails = [ValueError("森　花子"), KeyError("森　花子")]
    for _ in range(2):
        with app.app_context():
            jobs.perform_daily(NAME)
        assert (due(), days(admin)) == ([NAME], [])
    assert "森" not in (said := capsys.readouterr().out) and "ValueError" in said
    with app.app_context():
        jobs.perform_daily(NAME)
    assert (due(), days(admin)) == ([], [TODAY.isoformat()])


def test_what_waits_in_the_queue_is_not_pushed_again(job, app):
    with app.app_context():
        for _ in range(3):
            jobs.push_daily(daily.due())
        assert len(jobs.queue().jobs) == 1


def done(admin):
    return sorted(admin.execute("select name, day, count(*) from access.daily group by 1, 2").fetchall())


ALL = sorted((name, TODAY, 1) for name in daily.DAILY)


def test_the_sweeper_pushes_them_by_itself_and_a_killed_worker_loses_none(urls, admin, household):
    """The worker is killed while it waits for a table that another holds, then the queue is emptied."""
    waits = "select 1 from pg_locks where not granted and relation = 'access.daily'::regclass"
    with household("sweep"):
        with household("work") as worker, admin.transaction():
            admin.execute("lock table access.daily in exclusive mode")
            until(lambda: admin.execute(waits).fetchone(), worker)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        assert done(admin) != ALL
        with Redis.from_url(urls["REDIS_URL"]) as queue:
            queue.flushdb()
    with household("sweep"), household("work") as worker:
        until(lambda: done(admin) == ALL, worker)
