"""Every address × every role → what it answers; "not yours" and "not there" are the same page."""

import re
import uuid

import pytest

from portal.access.doors import action_of
from portal.access.policy import ACTIONS
from tests import cast
from tests.conftest import Browser, close, make_app

WHO = {
    "agent": "alma",
    "supervisor": "sora",
    "lawyer": "lena",
    "desk": "dan",
    "welfare": "wim",
    "auditor": "auda",
    "admin": "adi",
}
NOBODYS = str(uuid.UUID("00000000-0000-7000-8000-00000000dead"))


@pytest.fixture(scope="module")
def site(shared_urls, tmp_path_factory):
    app = make_app(shared_urls, tmp_path_factory.mktemp("instance"))
    app.test_client_class = Browser
    yield app
    close(app)


def doors(app):
    """(address, method, action, whether it names a row) of every door but the assets."""
    for rule in app.url_map.iter_rules():
        action = ACTIONS[action_of(app, rule.endpoint)]
        address = re.sub(r"<uuid:[^>]+>", NOBODYS, rule.rule)
        for method in sorted(rule.methods & {"GET", "POST"}):
            if "<" not in address:
                yield address, method, action, address != rule.rule


def ask(client, method, address):
    return client.get(address) if method == "GET" else client.send(address)


def test_nobody_is_sent_to_sign_in(site):
    for address, method, action, _ in doors(site):
        answer = ask(site.test_client(), method, address)
        sent_away = answer.status_code == 302 and answer.location.startswith("/sign-in")
        assert sent_away != action.public, f"{method} {address}: {answer.status_code}"


@pytest.mark.parametrize("role", WHO)
def test_every_door_asks_the_law(site, role, capsys):
    client, asked = site.test_client().sign_in(WHO[role]), 0
    for address, method, action, names_a_row in doors(site):
        if action.name == "session:close" or action.public:
            continue
        status, asked = ask(client, method, address).status_code, asked + 1
        if role not in action.roles:
            assert status == 403, f"{role} {method} {address}: {status}, must be 403"
        elif names_a_row:
            assert status in (400, 404), f"{role} {method} {address}: {status}, must be 404"  # 400: an empty form
        else:
            assert status in (200, 302, 409, 422), f"{role} {method} {address}: {status}"
    with capsys.disabled():
        print(f" {role}: {asked} doors", end="")


def same(answer):
    """What a page says, but for the request's own number and address."""
    number, path = answer.headers["X-Request-Id"], answer.request.path
    said = re.sub(r'(name="csrf_token" value=)"[^"]+"', r"\1", answer.text)  # it carries the second it was made in
    return (
        answer.status_code,
        said.replace(number, "").replace(path, ""),
        sorted((k, v) for k, v in answer.headers if k not in ("X-Request-Id", "Content-Length", "Set-Cookie")),
    )


@pytest.mark.parametrize("case", ["ito_south", "recalled_north", "protected_north", "goto_gone", "ueda_law"])
def test_not_yours_is_not_there(site, case):
    client = site.test_client().sign_in("alma")
    for rule in site.url_map.iter_rules():
        if "<uuid:case_id>" not in rule.rule:
            continue
        for method in sorted(rule.methods & {"GET", "POST"}):
            hidden, missing = (
                ask(client, method, rule.rule.replace("<uuid:case_id>", str(i))) for i in (cast.id_(case), NOBODYS)
            )
            assert same(hidden) == same(missing), f"{method} {rule.rule} tells {case} from nothing"


@pytest.mark.parametrize("bad", ["1", "0", "abc", "%00", "..", NOBODYS[:-1], NOBODYS + "0"])
def test_ids_are_uuids_only(site, bad):
    client = site.test_client().sign_in("alma")
    for rule in site.url_map.iter_rules():
        if "<uuid:case_id>" in rule.rule and "GET" in rule.methods:
            assert client.get(rule.rule.replace("<uuid:case_id>", bad)).status_code == 404
