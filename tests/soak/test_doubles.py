"""What comes twice, at the wrong time, or finds no room: one load, one clear sentence, nothing half-written."""

import os
import signal
import threading
import time

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from tests.jobs.waiting import until
from tests.soak import files
from tests.soak.desk import Desk
from tests.soak.moments import SAID, leftovers, settle


def state(portal):
    return portal.ask("select state from city.intake where file_name like '%%.csv' order by at desc, id desc limit 1")[
        0
    ]


def upload(rehearsal, who="dan"):
    answer = Desk(rehearsal.portal.port, who).upload(rehearsal.ledgers[files.FIRST], **SAID)
    assert answer.status == 302, answer.text
    return answer.location


def test_two_press_load_at_once_and_the_ticket_comes_three_times(rehearsal, portal):
    address = upload(rehearsal)
    until(lambda: state(portal) == "checked")
    answers, both = [], threading.Barrier(2)

    def press(who):
        desk = Desk(portal.port, who)
        desk.get(address)
        both.wait()
        answers.append(desk.press(address, "/load").status)

    people = [threading.Thread(target=press, args=[who]) for who in ("dan", "dora")]
    for one in people:
        one.start()
    with Redis.from_url(portal.urls["REDIS_URL"]) as redis:
        for one in people:
            one.join()
        (ticket,) = portal.ask("select id from access.outbox where action = 'intake:load'")
        queue = Queue("renkei", connection=redis, serializer=JSONSerializer)
        for _ in range(3):
            queue.enqueue("portal.jobs.perform", str(ticket), result_ttl=0, job_timeout=-1)
        settle(portal)
        until(lambda: not queue.job_ids)
    assert sorted(answers) == [302, 409]
    assert portal.ask("select count(*) from access.outbox where action = 'intake:load'") == (1,)
    assert rehearsal.stored.differences(files.FIRST) == []


def test_a_worker_that_loses_its_connection_in_the_middle_begins_again(rehearsal, portal):
    upload(rehearsal)
    mine = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'portal_worker_login' and xact_start is not null"
    for _ in range(4):
        portal.ask(mine)
        time.sleep(0.1)
    until(lambda: portal.hurry() or state(portal) == "checked")
    assert portal.ask("select count(*), count(distinct line) from city.intake_line")[0] >= 1500 * 0.99


def test_the_database_away_during_an_upload_is_one_page_that_says_so(rehearsal, portal):
    desk = Desk(portal.port)
    desk.get("/intakes")

    def strike(share):
        if share == 1.0:
            os.kill(portal.servers["postgres"].pid, signal.SIGKILL)
            portal.servers["postgres"].wait()

    answer = desk.upload(rehearsal.ledgers[files.FIRST], sent=strike, **SAID)
    assert answer.status == 503
    assert "ただいま利用できません" in answer.text
    portal.whole()
    assert portal.ask("select count(*) from city.intake where file_name like '%%.csv' and state <> 'loaded'") == (0,)
    assert leftovers(portal) == []
    until(lambda: desk.get("/intakes").status == 200)
    upload(rehearsal)
    until(lambda: portal.hurry() or state(portal) == "checked")


def test_no_room_for_an_upload_is_one_sentence_and_leaves_nothing(rehearsal, portal):
    """A limit on every file the web server writes stands for the full disk; it meets the spool, then the upload."""
    portal.prefix["web"] = ["prlimit", "--fsize=100000"]
    _restart_web(portal)
    try:
        answer = Desk(portal.port).upload(rehearsal.ledgers[files.FIRST], **SAID)
        assert (answer.status, "保存する場所が足りません" in answer.text) == (503, True)
        assert list(portal.uploads.glob("*")) == []
        assert portal.ask("select count(*) from city.intake where file_name like '%%.csv' and state <> 'loaded'") == (
            0,
        )
    finally:
        del portal.prefix["web"]
        _restart_web(portal)
    upload(rehearsal)


def _restart_web(portal):
    web = portal.members["web"]
    web.terminate()
    web.wait()
    (portal.instance / "log" / "web.log").unlink()  # the limit would meet it too
    portal.whole()


def test_a_worker_asked_to_stop_in_the_middle_of_a_load_finishes_it(rehearsal, portal):
    address = upload(rehearsal)
    until(lambda: state(portal) == "checked")
    Desk(portal.port).press(address, "/load")
    until(
        lambda: portal.ask(
            "select 1 from access.progress p join access.outbox o on o.id = p.ticket_id where action = 'intake:load'"
        )
    )
    worker = portal.members["worker"]
    worker.terminate()
    assert worker.wait(90) == 0
    assert state(portal) == "loaded"
    portal.whole()
    settle(portal)
    assert rehearsal.stored.differences(files.FIRST) == []
