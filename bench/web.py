"""A web server as `make run` has it, and one browser that keeps its connection."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from signal import SIGTERM

from bench.city import City
from config import ROOT
from portal.embedded_process import last_lines, spawn, stop

PATIENCE = 120


class Browser:
    """Fetches pages over one kept connection, signed in by its cookie. `log`: of the server it asks."""

    def __init__(self, port: int, log: Path, cookie: str = "") -> None:
        self.connection, self.log = HTTPConnection("127.0.0.1", port, timeout=PATIENCE), log
        self.headers = {"Cookie": cookie} if cookie else {}

    def get(self, path: str) -> str:
        """The page. RuntimeError with the end of the server's log when it is another status than 200."""
        try:
            return self._get(path)
        except (RemoteDisconnected, ConnectionError):  # it was idle for longer than the server keeps it
            self.connection.close()
            return self._get(path)
        except TimeoutError as error:
            raise RuntimeError(f"{path} never came; {self.log} ends with:\n{last_lines(self.log)}") from error

    def _get(self, path: str) -> str:
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}; {self.log} ends with:\n{last_lines(self.log)}")
        return page


def cookie(city: City, who: str) -> str:
    """The session cookie of `who`, as signing in and the first page would have set it."""
    app = city.app()
    signer = app.session_interface.get_signing_serializer(app)
    value = signer.dumps({"_user_id": city.tokens[who], "_fresh": True, "csrf_token": "0" * 40})
    return f"{app.config['SESSION_COOKIE_NAME']}={value}"


def admin_cookie(city: City) -> str:
    """Of Django's admin: its tables are made, and a superuser has signed in. Another process, for its settings are global."""
    words = "from bench import django_admin; print(django_admin.signed_in())"
    environment = os.environ | city.environment()
    done = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@contextmanager
def served(city: City, program: str, first: str, cookie: str = "") -> Iterator[Browser]:
    """gunicorn with the settings of `make run` but one process; a browser that has seen the page `first`."""
    log = city.instance / f"{program.partition(':')[0]}_{city.cases}.log"
    with socket.socket() as listener, log.open("wb") as out:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        bind = ["-b", f"fd://{listener.fileno()}", "-w", "1", program]
        argv = [sys.executable, "-um", "gunicorn", "-c", "gunicorn.conf.py", *bind]
        environment = os.environ | city.environment()
        process = spawn(argv, cwd=ROOT, env=environment, stdout=out, stderr=out, pass_fds=(listener.fileno(),))
        try:
            browser = Browser(listener.getsockname()[1], log, cookie)
            with closing(browser.connection):
                browser.get(first)
                browser.connection.close()  # it was made before gunicorn turned Nagle's delay off: 40 ms a page
                yield browser
        finally:
            stop(process, SIGTERM)
