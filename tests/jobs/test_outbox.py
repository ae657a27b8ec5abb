"""What was asked for happens, once: with a real worker that is killed, a queue that is emptied, and copies of tickets."""

import io
import signal
import threading

import pytest
from redis import Redis

from portal import jobs
from portal.actions import intakes
from portal.adapters.storage import Uploads
from tests import ledgers
from tests.jobs.waiting import until

SAMPLE = (ledgers.DATA / "ledger_sample_cp932.csv").read_bytes()
HEADING, _, BODY = SAMPLE.partition(b"\r\n")


@pytest.fixture
def send(app, acting):
    def upload(content):
        with acting("dan", "intake:upload") as by:
            made = intakes.upload(io.BytesIO(content), file_name="ledger.csv", as_of=ledgers.AS_OF, source="住宅", whole=True,
                                  uploads=Uploads.of(app.config), by=by)  # fmt: skip
        return made

    return upload


def ask(admin, statement, *values):
    return admin.execute(statement, values).fetchone()


def state(admin, intake):
    return ask(admin, "select state from city.intake where id = %s", intake.id)[0]


def lines(admin, intake):
    return ask(admin, "select count(*), count(distinct line) from city.intake_line where intake_id = %s", intake.id)


def test_a_check_survives_the_kill_of_its_worker_and_the_loss_of_the_queue(urls, admin, household, send):
    copies = 20
    intake = send(HEADING + b"\r\n" + BODY * copies)
    with household("work") as worker:
        until(lambda: ask(admin, "select 1 from access.progress where done > 0"), worker)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert state(admin, intake) == "uploaded", "it was over before it was killed"
    with Redis.from_url(urls["REDIS_URL"]) as queue:
        queue.flushdb()
    assert lines(admin, intake) == (0, 0)
    assert ask(admin, "select done_at, tries from access.outbox where id = %s", intake.ticket_id) == (None, 0)

    admin.execute("update access.outbox set next_at = clock_timestamp()")
    with household("work") as worker, household("sweep") as sweeper:
        until(lambda: state(admin, intake) == "checked", worker)
        with Redis.from_url(urls["REDIS_URL"]) as queue:
            queue.flushdb()  # once more, under the living
        again = send(SAMPLE)
        until(lambda: state(admin, again) == "checked", worker)
        assert sweeper.poll() is None
    assert lines(admin, intake) == (1500 * copies, 1500 * copies)
    assert lines(admin, again) == (1500, 1500)
    assert ask(admin, "select count(*) from access.outbox where done_at is null") == (0,)


def test_the_queue_being_away_stops_nobody(app, admin, send, urls):
    """The page answers; the sweeper pushes what is due when the queue is back."""
    app.config["SERVERS"] = lambda: urls | {"REDIS_URL": "unix:///nowhere/valkey.sock"}
    intake = send(SAMPLE)
    app.config["SERVERS"] = lambda: urls
    admin.execute("update access.outbox set next_at = clock_timestamp()")
    with app.app_context():
        assert jobs.sweep() == 1
        (waiting,) = jobs.queue().jobs
        assert waiting.args == [str(intake.ticket_id)]
        assert jobs.sweep() == 0, "pushed again only after its time"


def test_what_was_rolled_back_is_never_pushed(app, acting, admin):
    with pytest.raises(ZeroDivisionError), acting("dan", "intake:upload") as by:
        intakes.upload(io.BytesIO(SAMPLE), file_name="l.csv", as_of=ledgers.AS_OF, source="住宅", whole=True,
                       uploads=Uploads.of(app.config), by=by)  # fmt: skip
        raise ZeroDivisionError
    with app.app_context():
        assert jobs.queue().jobs == []
    assert ask(admin, "select count(*) from access.outbox") == (0,)


def test_two_copies_of_a_ticket_at_once_are_one(app, admin, send):
    intake = send(SAMPLE)

    def perform():
        with app.app_context():
            jobs.perform(str(intake.ticket_id))

    workers = [threading.Thread(target=perform) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (state(admin, intake), lines(admin, intake)) == ("checked", (1500, 1500))
    assert ask(admin, "select tries, error from access.outbox") == (0, None)


def test_a_failure_is_noted_by_its_kind_alone_and_tried_later_and_later(app, admin, send):
    intake = send(SAMPLE)
    admin.execute("alter table city.intake_line add constraint none_at_all check (line < 0)")
    for tries in (1, 2):
        with app.app_context():
            jobs.perform(str(intake.ticket_id))
        wait = ask(
            admin, "select tries, error, round(extract(epoch from next_at - clock_timestamp())) from access.outbox"
        )
        assert wait[:2] == (tries, "23514")
        assert 25 <= wait[2] <= 30 * 2**tries
    admin.execute("alter table city.intake_line drop constraint none_at_all")
    with app.app_context():
        jobs.perform(str(intake.ticket_id))
    assert state(admin, intake) == "checked"
