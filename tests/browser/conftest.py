"""A real Chromium before the real site: its own database, pool, worker process and clock."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from config import ROOT
from portal.access import scope
from tests import cast
from tests.conftest import close, make_app

FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-gpu",
]
# what sticks out to the right, when the page itself can be pushed sideways
SIDEWAYS = """() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  return [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > width + 1)
    .slice(0, 3).map(e => e.outerHTML.slice(0, 150))
}"""
WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
PICTURES = ROOT / "docs" / "screenshots"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(urls: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The address of a running site, with a worker beside it."""
    app = make_app(urls, tmp_path)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    worker = _worker(urls, tmp_path)
    yield f"http://127.0.0.1:{server.server_port}"
    worker.terminate()
    worker.wait(20)
    server.shutdown()
    close(app)


def _worker(urls: dict[str, str], instance: Path) -> subprocess.Popen[bytes]:
    settings = {"INSTANCE": str(instance), "SECRET_KEY": cast.KEY, "TESTING": "1", "DEMO_NOW": cast.NOW.isoformat()}
    log = (instance / "worker.log").open("wb")
    command = [sys.executable, "-m", "flask", "jobs", "work"]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **urls, **settings}, stdout=log, stderr=log)


class Desk:
    """One person at one browser. Errors on the console are failures; every page is looked at by axe and at 390 px."""

    def __init__(
        self, chromium: Browser, site: str, who: str, *, script: bool = True, viewport: dict[str, int] = WIDE
    ) -> None:
        self.who, self.site, self.script = who, site, script
        self.context: BrowserContext = chromium.new_context(
            viewport=viewport, java_script_enabled=script, locale="ja-JP", timezone_id="Asia/Tokyo"
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda m: self._heard(m.text) if m.type == "error" else None)
        self.page.on("response", lambda r: self._heard(r.url) if r.status >= 400 and "/assets/" in r.url else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))

    def _heard(self, text: str) -> None:
        """The browser itself notes every page of an error (404, 409, 422), which a test may well have asked for."""
        if not text.startswith("Failed to load resource"):
            self.complaints.append(text)

    def sign_in(self) -> "Desk":
        self.go("/sign-in")
        self.page.get_by_label("利用者ID").fill(self.who)
        self.page.get_by_label("パスワード").fill(cast.PASSWORD)
        self.page.get_by_label("確認コード").fill(pyotp.TOTP(cast.secret(self.who)).at(scope.real_time()))
        self.page.get_by_role("main").get_by_role("button", name="サインイン").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)
        return self

    def go(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page

    def press(self, name: str) -> Page:
        """The button or link of this name in the page's own part."""
        main = self.page.get_by_role("main")
        main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first.click()
        self.page.wait_for_load_state()
        return self.page

    def look(self, picture: str | None = None) -> None:
        """Nothing serious for axe, no sideways scrolling at 390 px, and a picture for the README where asked."""
        assert not self.complaints, self.complaints
        if picture and os.environ.get("PICTURES"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{picture}.png")
        if self.script:
            for viewport in (WIDE, NARROW):
                self.page.set_viewport_size(viewport)  # type: ignore[arg-type]
                assert not (found := serious(self.page)), f"{self.page.url} at {viewport['width']} px: {found}"
                assert not (wide := self.page.evaluate(SIDEWAYS)), f"{self.page.url} at {viewport['width']} px: {wide}"
            self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        # camera and axe put styles of their own into the page, which its policy refuses; pages.faults looks for ours
        self.page.evaluate("1")
        self.complaints = [text for text in self.complaints if not text.startswith("Applying inline style")]


def serious(page: Page) -> list[Any]:
    page.evaluate(Axe().axe_script)
    found = page.evaluate("axe.run({resultTypes: ['violations'], preload: false})")
    return [
        (v["id"], v["help"], [n["html"][:120] for n in v["nodes"][:3]])
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]


@pytest.fixture
def desk(chromium: Browser, site: str) -> Iterator[Any]:
    """`desk("alma")`: Alma, signed in with password and code. `desk("alma", script=False)`: without JavaScript."""
    opened: list[Desk] = []

    def sit(who: str, **options: Any) -> Desk:
        opened.append(Desk(chromium, site, who, **options))
        return opened[-1].sign_in()

    yield sit
    for one in opened:
        assert not one.complaints, one.complaints
        one.context.close()


@pytest.fixture
def stored(admin: psycopg.Connection[Any]) -> Any:
    """`stored("select count(*) from shared.hold")`: one value as it is really stored."""

    def one(query: str, *values: Any) -> Any:
        ((value,),) = admin.execute(query, values).fetchall()  # type: ignore[arg-type]
        return value

    return one
