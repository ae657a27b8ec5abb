"""flask demo make, flask demo accounts, and what a demo user meets after signing in."""

import json
import os
import re
import subprocess
import sys
import time
import unicodedata
from datetime import UTC, datetime

import pyotp
import pytest

from config import ROOT
from demo.accounts import ACCOUNTS
from portal import demo_clock
from tests.conftest import make_app

LINK = re.compile(r'href="(/[^"#?]*)"')


def say(app, *words):
    return app.test_cli_runner().invoke(args=words)


def test_making_it_twice_changes_nothing(demo_app):
    assert (say(demo_app, "demo", "make").exit_code, say(demo_app, "demo", "make").output) == (0, "")


def test_a_making_that_was_killed_begins_again(tmp_path):
    """On servers of its own: `make run` interrupted in its first seconds must not leave half a city behind."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "REDIS_", "DEMO_"))}
    environment |= {"INSTANCE": str(tmp_path / "instance"), "DEMO_SCALE": "0.001"}
    flask = [sys.executable, "-m", "flask", "--app", "wsgi", "demo"]
    with subprocess.Popen([*flask, "make"], cwd=ROOT, env=environment) as half:
        while not (tmp_path / "instance" / "demo-unfinished").exists():
            assert half.poll() is None
            time.sleep(0.02)
        half.kill()
    subprocess.run([*flask, "make"], cwd=ROOT, env=environment, check=True)
    assert not (tmp_path / "instance" / "demo-unfinished").exists()
    shown = subprocess.run(
        [*flask, "accounts", "--json"], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE
    )
    assert len(json.loads(shown.stdout)) == len(ACCOUNTS)


def test_the_wall_stands(demo_app):
    found = say(demo_app, "policy", "verify")
    assert found.exit_code == 0, found.output


def test_the_list_shows_everybody_in_line(demo_app):
    heading, *lines, hint = say(demo_app, "demo", "accounts").output.splitlines()
    assert "flask demo accounts" in hint
    assert len(lines) == len(ACCOUNTS)
    place = _width(heading[: heading.index("確認コード")])
    for line, account in zip(lines, ACCOUNTS, strict=True):
        words, code = line.rsplit(maxsplit=1)
        assert pyotp.TOTP(account.secret).verify(code, for_time=datetime.now(UTC), valid_window=1)
        assert account.password in words and _width(line[: line.rindex(code)]) == place


def _width(words):
    return sum(2 if unicodedata.east_asian_width(letter) in "FWA" else 1 for letter in words)


def test_a_city_that_is_no_demo_has_no_accounts_to_show(urls, tmp_path):
    app = make_app(urls, tmp_path)
    assert say(app, "demo", "accounts", "--json").output == "[]\n"
    assert "デモではありません" in say(app, "demo", "accounts").output


def test_everybody_signs_in_and_every_page_of_the_menu_opens(demo_app):
    for known in json.loads(say(demo_app, "demo", "accounts", "--json").output):
        browser = demo_app.test_client()
        code = pyotp.TOTP(known["secret"]).at(datetime.now(UTC))
        answer = browser.send("/sign-in", login=known["login"], password=known["password"], code=code)
        assert answer.status_code == 302, known["login"]
        home = browser.get("/", follow_redirects=True)
        assert home.status_code == 200 and "2026" not in known["name"]
        for path in sorted(set(LINK.findall(home.text.split("<main")[0])) - {"/assets"}):
            if not path.startswith("/assets/"):
                assert browser.get(path, follow_redirects=True).status_code == 200, f"{known['login']} {path}"


def test_a_real_city_refuses_a_clock_that_stands(urls, admin):
    then, partner = datetime(2026, 11, 25, 5, 10, tzinfo=UTC), urls["DATABASE_PARTNER_URL"]
    assert demo_clock.accepted(partner, then)
    admin.execute("update gate.deployment set test_clock = false")
    assert not demo_clock.accepted(partner, then)


def test_the_web_server_says_so_and_does_not_start(urls, admin):
    admin.execute("update gate.deployment set test_clock = false")
    given = {name: url for name, url in urls.items() if name != "DATABASE_ADMIN_URL"}
    argv = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "-b", "127.0.0.1:0", "wsgi:app"]
    environment = os.environ | given | {"DEMO_NOW": "2020-01-01T10:00:00+09:00"}
    ended = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert demo_clock.REFUSED in ended.stderr


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.login)
def test_passwords_are_long_enough_for_the_form(account):
    assert len(account.password) >= 12
