"""The servers of `make run` and the tests: alone, side by side, killed, restarted."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from portal import bootstrap
from portal.embedded import Servers, ensure, urls
from portal.embedded_locks import Busy

ROOT = Path(__file__).resolve().parents[2]
SUPERVISE = """
import json, sys, pathlib
from portal.embedded import Servers
with Servers(pathlib.Path(sys.argv[1]), migrated=False) as servers:
    pids = [server.pid for server in servers.processes.values()]
    print(json.dumps({"urls": servers.urls, "pids": pids}), flush=True)
    sys.stdin.read()
"""
USE = """
import json, sys, pathlib
from portal.embedded import ensure
print(json.dumps({"urls": ensure(pathlib.Path(sys.argv[1]))}), flush=True)
sys.stdin.read()
"""


class Other:
    """Another process; it ends when `release` closes its standard input."""

    def __init__(self, script: str, instance: Path) -> None:
        command = [sys.executable, "-c", script, str(instance)]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        self.process = subprocess.Popen(command, cwd=ROOT, text=True, **pipes)
        assert self.process.stdout is not None
        said = json.loads(self.process.stdout.readline())
        self.urls: dict[str, str] = said["urls"]
        self.pids: list[int] = said.get("pids", [])

    def release(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()


@contextmanager
def other(script: str, instance: Path) -> Iterator[Other]:
    found = Other(script, instance)
    try:
        yield found
    finally:
        found.release()
        found.process.wait(60)


def alive(pid: int) -> bool:
    """A zombie that nobody collected is not alive."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def come_true(fact: Callable[[], bool]) -> bool:
    for _ in range(1200):
        if fact():
            return True
        time.sleep(0.05)
    return False


def write(addresses: dict[str, str], word: str) -> None:
    with bootstrap.connect(addresses["DATABASE_ADMIN_URL"]) as admin:
        admin.execute("create table kept (word text)")
        admin.execute("insert into kept values (%s)", [word])


def read(addresses: dict[str, str]) -> list[object]:
    with bootstrap.connect(addresses["DATABASE_ADMIN_URL"]) as admin:
        return [word for (word,) in admin.execute("select word from kept")]


def test_a_killed_supervisor_leaves_no_server_and_loses_no_data(tmp_path: Path) -> None:
    with other(SUPERVISE, tmp_path) as killed:
        write(killed.urls, "before the kill")
        killed.process.send_signal(signal.SIGKILL)
        killed.process.wait()
        with Servers(tmp_path, migrated=False) as again:
            assert not any(alive(pid) for pid in killed.pids), "the new servers must not start beside the old ones"
            assert read(again.urls) == ["before the kill"]
        assert not any(alive(server.pid) for server in again.processes.values())


def test_a_killed_supervisor_needs_no_second_start_to_be_cleaned_up(tmp_path: Path) -> None:
    with other(SUPERVISE, tmp_path) as killed:
        killed.process.send_signal(signal.SIGKILL)
        assert come_true(lambda: not any(alive(pid) for pid in killed.pids))
    # only the empty socket folder stayed; the next stop removes it
    with Servers(tmp_path, migrated=False):
        pass


def test_a_stop_leaves_nothing_but_the_data(tmp_path: Path) -> None:
    with Servers(tmp_path, migrated=False) as servers:
        sockets = Path(servers.urls["REDIS_URL"].removeprefix("unix://")).parent
        write(servers.urls, "kept")
        with redis.Redis.from_url(servers.urls["REDIS_URL"]) as queue:
            queue.set("kept", "also kept")
        assert sockets.is_dir()
    assert not any(alive(server.pid) for server in servers.processes.values())
    assert not sockets.parent.exists()
    assert not (tmp_path / "ready").exists()
    with Servers(tmp_path, migrated=False) as again, redis.Redis.from_url(again.urls["REDIS_URL"]) as queue:
        assert read(again.urls) == ["kept"]
        assert queue.get("kept") == b"also kept"


def test_a_second_supervisor_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with other(SUPERVISE, tmp_path) as first:
        with pytest.raises(Busy) as refusal, Servers(tmp_path, migrated=False):
            pass
        assert str(first.process.pid) in str(refusal.value)
        assert "\n" not in str(refusal.value)
        write(first.urls, "undisturbed")


def test_two_instances_run_side_by_side(tmp_path: Path) -> None:
    with Servers(tmp_path / "a", migrated=False) as a, Servers(tmp_path / "b", migrated=False) as b:
        write(a.urls, "a")
        write(b.urls, "b")
        assert (read(a.urls), read(b.urls)) == (["a"], ["b"])
        assert a.urls["REDIS_URL"] != b.urls["REDIS_URL"]


def test_a_pid_file_whose_number_another_program_has_now_is_no_obstacle(tmp_path: Path) -> None:
    ours, pid_file = tmp_path / "ours", tmp_path / "ours" / "postgres" / "postmaster.pid"
    with Servers(ours, migrated=False) as servers:
        stale = pid_file.read_text()
    with Servers(tmp_path / "neighbour", migrated=False) as neighbour:
        pid_file.write_text(
            stale.replace(str(servers.processes["postgres"].pid), str(neighbour.processes["valkey"].pid), 1)
        )
        with Servers(ours, migrated=False) as again:
            write(again.urls, "started")


def test_a_cluster_left_half_made_is_made_anew(tmp_path: Path) -> None:
    with Servers(tmp_path, migrated=False):
        pass
    (tmp_path / "postgres" / "done").unlink()
    (tmp_path / "postgres" / "global" / "pg_control").unlink()
    with Servers(tmp_path, migrated=False) as servers:
        write(servers.urls, "new")


def test_a_command_uses_the_servers_that_already_run(tmp_path: Path) -> None:
    with other(SUPERVISE, tmp_path) as supervisor, other(USE, tmp_path) as command:
        assert command.urls == supervisor.urls == urls(tmp_path)


def test_a_command_in_a_fresh_checkout_migrates_and_waits_for_those_who_came_later(tmp_path: Path) -> None:
    with other(USE, tmp_path) as first, other(USE, tmp_path) as second:
        assert first.urls == second.urls
        with bootstrap.connect(second.urls["DATABASE_OWNER_URL"]) as owner:
            assert owner.execute("select version_num from access.alembic_version").fetchall()
        first.release()
        assert first.process.stderr is not None
        assert "waiting" in first.process.stderr.readline()
        write(second.urls, "still here")
        second.release()
        assert first.process.wait(60) == 0
    assert not (tmp_path / "ready").exists()


def test_the_supervisor_itself_may_ask_for_the_urls(tmp_path: Path) -> None:
    with Servers(tmp_path, migrated=False) as servers:
        assert ensure(tmp_path) == servers.urls


def test_every_login_arrives_as_itself_and_owns_nothing_but_the_owner(tmp_path: Path) -> None:
    with Servers(tmp_path, migrated=False) as servers:
        for name, login in {
            "DATABASE_OWNER_URL": "portal_owner",
            "DATABASE_PARTNER_URL": "portal_partner_login",
            "DATABASE_CITY_URL": "portal_city_login",
            "DATABASE_WORKER_URL": "portal_worker_login",
        }.items():
            with bootstrap.connect(servers.urls[name]) as connection:
                found = connection.execute(
                    "select current_user, current_database(), pg_catalog.pg_get_userbyid(datdba)"
                    " from pg_database where datname = current_database()"
                ).fetchone()
            assert found == (login, "renkei", "portal_owner")
