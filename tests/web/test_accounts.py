"""利用者: from the administrator's form to the person's first page, and to the end."""

import re
import uuid

import pyotp

from portal.access import scope
from portal.access.policy import ROLES
from tests import cast

PERSON = {"org_id": str(cast.id_("north")), "role": "agent", "name": "新井　新", "employer": "人材派遣　本町",
          "tier": "dispatched", "starts": "2026-11-25", "ends": "2027-03-31", "login": "arai.n"}  # fmt: skip
PASSWORD = "あたらしい-合言葉-2027"


def path_of(page):
    return re.search(r"http://localhost(/enrolments/[0-9a-f]{64})", page.text)[1]


def field(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]+)"', page.text)[1]


def enrol(client, path, password=PASSWORD):
    """Follows the invitation; answers the secret of the one-time code."""
    page = client.get(path)
    secret = re.search(r'<p class="code">([A-Z2-7]{32})</p>', page.text)[1]
    code = pyotp.TOTP(secret).at(scope.real_time())
    form = {"password": password, "again": password, "code": code, "csrf_token": field(page, "csrf_token")}
    assert client.post(path, data=form).location == "/sign-in"
    return secret


def sign_in(client, login, password, secret):
    page = client.get("/sign-in")
    code = pyotp.TOTP(secret).at(scope.real_time())
    form = {"login": login, "password": password, "code": code, "csrf_token": field(page, "csrf_token")}
    return client.post("/sign-in", data=form)


def test_from_the_form_to_the_first_page(app, as_, admin):
    made = as_("adi").send("/accounts", **PERSON)
    assert made.status_code == 201 and "1回だけ表示しています" in made.text and "arai.n" in made.text
    client, path = app.test_client(), path_of(made)
    secret = enrol(client, path)
    assert client.get(path).status_code == 404  # one time
    assert sign_in(client, "arai.n", PASSWORD, secret).location == "/"
    home = client.get("/", follow_redirects=True)
    assert home.status_code == 200 and "新井　新" in home.text and "豊川野市" in home.text
    kept = "select a.role, a.employer, a.tier, a.ends::text from shared.account a where a.name = '新井　新'"
    assert admin.execute(kept).fetchall() == [("agent", "人材派遣　本町", "dispatched", "2027-03-31")]


def test_the_invitation_is_shown_once(as_):
    adi = as_("adi")
    path = path_of(adi.send("/accounts", **PERSON))
    assert path.rsplit("/", 1)[1] not in adi.get("/accounts").text
    assert "新井" in adi.get("/accounts").text and "派遣" in adi.get("/accounts").text


def test_who_enrols_next_at_the_same_machine_gets_a_secret_of_their_own(app, as_):
    adi, client = as_("adi"), app.test_client()
    paths = [path_of(adi.send("/accounts", **PERSON | {"login": login})) for login in ("arai.n", "arai.m")]
    first, again, second = (re.search(r"[A-Z2-7]{32}", client.get(path).text)[0] for path in (paths[0], *paths))
    assert first == again != second


WRONG = [
    ({"login": "alma"}, "この利用者IDはすでに使われています。"),
    ({"login": "アルマ"}, "半角の英小文字・数字"),
    ({"role": "lawyer"}, "この所属の種別では、選んだ役割を登録できません。"),
    ({"role": "desk"}, "この所属の種別では、選んだ役割を登録できません。"),
    ({"ends": "2026-11-24"}, "終了日は開始日以後にしてください。"),
    ({"name": ""}, "入力してください。"),
    ({"org_id": str(uuid.UUID(int=7))}, "org_id-error"),
    ({"role": "nightly"}, "role-error"),
]


def test_what_cannot_be_registered_says_why_and_writes_nothing(as_, admin):
    adi = as_("adi")
    for form, sentence in WRONG:
        answer = adi.send("/accounts", **PERSON | form)
        assert (answer.status_code, sentence in answer.text, "Not a valid" in answer.text) == (422, True, False), form
    assert admin.execute("select count(*) from shared.account").fetchone() == (len(cast.PEOPLE),)
    assert admin.execute("select count(*) from gate.enrolment").fetchone() == (0,)


def test_a_new_invitation_replaces_password_code_and_session(app, as_):
    alma, adi = as_("alma"), as_("adi")
    page = adi.send(f"/accounts/{cast.id_('alma')}/invitations")
    assert page.status_code == 201
    assert alma.get("/permissions").location.startswith("/sign-in")
    client = app.test_client()
    secret = enrol(client, path_of(page))
    assert sign_in(app.test_client(), "alma", cast.PASSWORD, secret).status_code == 422
    assert sign_in(client, "alma", PASSWORD, secret).location == "/"


def test_ending_an_access_refuses_the_next_request(as_):
    alma, adi, path = as_("alma"), as_("adi"), f"/accounts/{cast.id_('alma')}"
    assert "いま終える" in adi.get(path).text
    assert adi.send(f"{path}/ending").location == path
    assert alma.get("/permissions").location.startswith("/sign-in")
    page = adi.get(path)
    assert "利用を終えました。" in page.text and "いま終える" not in page.text
    again = adi.send(f"{path}/invitations")
    assert (again.status_code, "利用を終えた方には登録案内を出せません。" in again.text) == (409, True)


def test_the_administrator_cannot_shut_the_door_behind_everybody(as_):
    adi, path = as_("adi"), f"/accounts/{cast.id_('adi')}"
    assert "いま終える" not in adi.get(path).text
    answer = adi.send(f"{path}/ending")
    assert (answer.status_code, "自分の利用を終えることはできません。" in answer.text) == (409, True)
    assert adi.get(path).status_code == 200


def test_the_list_follows_its_conditions(as_):
    adi = as_("adi")
    adi.send(f"/accounts/{cast.id_('alma')}/ending")
    assert "全11件" in adi.get("/accounts").text
    north = adi.get(f"/accounts?organisation={cast.id_('north')}")
    assert "全3件" in north.text and "坊野" not in north.text
    assert "有馬" in adi.get("/accounts?state=ended").text
    assert "有馬" not in adi.get("/accounts?state=live").text
    assert "契約期間外" in adi.get(f"/accounts?organisation={cast.id_('gone')}").text
    assert "この条件の利用者はいません。" in adi.get(f"/accounts?organisation={uuid.UUID(int=7)}").text


def test_nobody_else_nobodys_id_and_not_the_machine(as_):
    machine = f"/accounts/{cast.id_('nightly')}"
    for who in ("alma", "sora", "lena", "dan", "wim", "auda"):
        asked = as_(who)
        assert {asked.get(p).status_code for p in ("/accounts", "/accounts/new", machine)} == {403}
        assert {
            asked.send(p, **PERSON).status_code for p in ("/accounts", f"{machine}/ending", f"{machine}/invitations")
        } == {403}
    adi = as_("adi")
    for path in (machine, f"/accounts/{uuid.UUID(int=7)}"):
        assert adi.get(path).status_code == 404
        assert {adi.send(f"{path}/{verb}").status_code for verb in ("ending", "invitations")} == {404}
        assert adi.get(f"{path}/ending").status_code == 405
    assert adi.get("/accounts/7").status_code == 404


def test_the_form_offers_every_role_but_the_machines(as_):
    text = as_("adi").get(f"/accounts/new?organisation={cast.id_('law')}").text
    assert f'value="{cast.id_("law")}" selected' in text or f'selected value="{cast.id_("law")}"' in text
    assert all(f'value="{role}"' in text for role in ROLES if role != "nightly") and 'value="nightly"' not in text


def test_the_administrator_sees_no_debtor(as_, admin):
    text = "".join(as_("adi").get(path).text for path in ("/accounts", "/organisations", "/permissions"))
    names = [row[0] for row in admin.execute("select name from city.debtor where name is not null")]
    assert names and not any(part in text for name in names for part in name.split("　")[1:])
    tables = "select count(*) from information_schema.role_table_grants where grantee = 'portal_admin' and table_name = any(%s)"
    assert admin.execute(
        tables, [["debtor", "person", "casefile", "contactee", "claim", "attempt", "receivable"]]
    ).fetchone() == (0,)
