"""Somebody at the desk with a browser: pages, their forms, and a file sent piece by piece."""

import http.client
import secrets
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import flask
from flask.sessions import SecureCookieSessionInterface

from tests import cast

PIECE = 64 * 1024
AWAY = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str = ""


class Desk:
    """One signed-in browser. Every call raises one of AWAY when the web server is not there."""

    def __init__(self, port: int, who: str = "dan", patience: float = 40) -> None:
        self.port, self._cookie, self._patience = port, _signed(who), patience

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def press(self, page: str, ending: str, **more: str) -> Answer:
        """Send the form of `page` whose address ends so, as it stands there."""
        action, fields = form(self.get(page).text, ending)
        body = urlencode(fields | more).encode()
        return self._ask("POST", action, [body], {"Content-Type": "application/x-www-form-urlencoded"}, len(body))

    def upload(
        self, file: Path, *, sent: Callable[[float], Any] = lambda share: None, name: str = "", **said: str
    ) -> Answer:
        """Send a ledger file; `sent` hears after each piece which share of it is on the way."""
        action, fields = form(self.get("/intakes").text, "/intakes")
        boundary = secrets.token_hex(16)
        before, after = _around(boundary, fields | said, name or file.name)
        size = file.stat().st_size
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}

        def body() -> Iterable[bytes]:
            yield before
            done = 0
            with file.open("rb") as stream:
                while piece := stream.read(PIECE):
                    yield piece
                    done += len(piece)
                    sent(done / size)
            yield after

        return self._ask("POST", action, body(), kind, len(before) + size + len(after))

    def _ask(
        self, method: str, path: str, body: Iterable[bytes] = (), headers: dict[str, str] | None = None, size: int = 0
    ) -> Answer:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=self._patience)) as connection:
            connection.putrequest(method, path)
            for key, value in ((headers or {}) | {"Cookie": f"renkei={self._cookie}"}).items():
                connection.putheader(key, value)
            connection.putheader("Content-Length", str(size))
            connection.endheaders()
            for piece in body:
                connection.send(piece)
            answer = connection.getresponse()
            text = answer.read().decode()
            if cookie := answer.getheader("Set-Cookie"):
                self._cookie = cookie.partition("renkei=")[2].partition(";")[0] or self._cookie
            return Answer(answer.status, text, urlsplit(answer.getheader("Location", "")).path)


def _around(boundary: str, fields: dict[str, str], name: str) -> tuple[bytes, bytes]:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    return ("".join(parts) + head + "Content-Type: text/csv\r\n\r\n").encode(), f"\r\n--{boundary}--\r\n".encode()


def _signed(who: str) -> str:
    app = flask.Flask("desk")
    app.secret_key = cast.KEY
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer
    return str(signer.dumps({"_user_id": cast.token(who), "_fresh": True}))


def form(page: str, ending: str) -> tuple[str, dict[str, str]]:
    """(address, {name: value as the page has it}) of the first posted form whose address ends so."""
    reader = _Forms()
    reader.feed(page)
    for action, fields in reader.found:
        if action.endswith(ending):
            return action, fields
    raise LookupError(f"the page has no form to …{ending}: {[action for action, _ in reader.found]}")


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form" and (said.get("method") or "").lower() == "post":
            self.found.append((said.get("action") or "", {}))
        elif tag == "input" and self.found and (name := said.get("name")):
            kind = said.get("type", "text")
            if kind not in ("file", "radio", "checkbox", "submit") or "checked" in said:
                self.found[-1][1][name] = said.get("value") or ""
