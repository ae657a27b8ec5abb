"""Signing in: the three proofs, one sentence for every failure, and what a session is worth."""

import pyotp
import pytest

from portal.access import scope
from tests import cast


def sign_in(app, who, password=cast.PASSWORD, code=None, then=None):
    client, address = app.test_client(), "/sign-in" + (f"?next={then}" if then else "")
    page = client.get(address)
    token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    code = code or pyotp.TOTP(cast.secret(who)).at(scope.real_time())
    return client, client.post(address, data={"login": who, "password": password, "code": code, "csrf_token": token})


@pytest.mark.parametrize("who", ["alma", "lena", "dan", "wim", "auda", "adi"])
def test_everybody_signs_in(app, who):
    _, answer = sign_in(app, who)
    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize(("who", "password", "code"), [
    ("alma", "wrong", None), ("alma", cast.PASSWORD, "000000"), ("nobody", cast.PASSWORD, "000000"), ("gus", cast.PASSWORD, None),
])  # fmt: skip
def test_every_failure_has_the_same_sentence(app, who, password, code):
    _, answer = sign_in(app, who, password, code)
    assert answer.status_code == 422
    assert "サインインできませんでした" in answer.text


def test_a_code_opens_one_session_only(app):
    assert sign_in(app, "alma")[1].status_code == 302
    assert sign_in(app, "alma")[1].status_code == 422


def test_signing_out_ends_the_row_not_only_the_cookie(app, as_):
    alma = as_("alma")
    assert alma.send("/sign-out").status_code == 302
    assert as_("alma").get("/").location.startswith("/sign-in")


def test_ten_misses_lock_for_a_while(app):
    for _ in range(10):
        sign_in(app, "alma", "wrong")
    assert sign_in(app, "alma")[1].status_code == 422


def test_a_token_in_the_other_zone_is_nobody(app, as_):
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = "p." + cast.token("dan")[2:]
    assert client.get("/").location.startswith("/sign-in")


ELSEWHERE = [
    "//evil.example",
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%5cevil.example",
    "%5c/evil.example",
    "https:evil.example",
]


@pytest.mark.parametrize("then", ELSEWHERE)
def test_signing_in_never_leads_elsewhere(app, then):
    assert sign_in(app, "alma", then=then)[1].location == "/"


def test_signing_in_leads_back(app):
    assert sign_in(app, "alma", then="/cases?show=later")[1].location == "/cases?show=later"


@pytest.mark.parametrize("then", ["//evil.example", "/\t/evil.example", "/\r\n/evil.example", "/\\evil.example", ""])
def test_the_language_never_leads_elsewhere(app, then):
    assert app.test_client().send("/language", language="en", next=then).location == "/"


@pytest.mark.parametrize("token", ["0" * 64, "z" * 64, "०" * 64, "x"])
def test_what_is_no_invitation_is_not_there(app, token):
    assert app.test_client().get(f"/enrolments/{token}").status_code == 404


def test_nobody_sees_no_none(app):
    assert "None" not in app.test_client().get("/sign-in").text
