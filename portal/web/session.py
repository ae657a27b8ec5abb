"""Signing in and out, the invitation, and the language."""

import hashlib

import flask
import pyotp
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Regexp

from portal.access import scope, sessions
from portal.access.doors import door, load
from portal.web.language import LANGUAGES

pages = flask.Blueprint("session", __name__)
NEEDED = InputRequired(_l("入力してください。"))
SIX_DIGITS = Regexp(r"^\s*\d{6}\s*$", message=_l("6桁の数字を入力してください。"))


class SignInForm(FlaskForm):
    login = StringField(_l("利用者ID"), [NEEDED, Length(max=100)])
    password = PasswordField(_l("パスワード"), [NEEDED, Length(max=200)])
    code = StringField(_l("確認コード"), [NEEDED, SIX_DIGITS], description=_l("認証アプリに表示される6桁の数字"))


class EnrolForm(FlaskForm):
    password = PasswordField(
        _l("新しいパスワード"),
        [NEEDED, Length(min=12, max=200, message=_l("12文字以上にしてください。"))],
        description=_l("12文字以上。ほかで使っていないもの"),
    )
    again = PasswordField(
        _l("新しいパスワード（確認）"), [NEEDED, EqualTo("password", _l("パスワードが一致しません。"))]
    )
    code = StringField(_l("確認コード"), [NEEDED, SIX_DIGITS], description=_l("認証アプリに表示される6桁の数字"))


@pages.route("/sign-in", methods=["GET", "POST"])
@door("session:open")
def open() -> flask.typing.ResponseReturnValue:
    form = SignInForm()
    if form.validate_on_submit() and (token := _proven(form)):
        login_user(load_fresh(token))
        return flask.redirect(_next() or flask.url_for("home.show"))
    return flask.render_template("session/open.html", form=form), 422 if form.errors else 200


def _proven(form: SignInForm) -> str | None:
    """One sentence for every failure: which of the three was wrong is nobody's business."""
    login, code = form.login.data.strip(), form.code.data.strip()
    token = sessions.sign_in(login, form.password.data, code, flask.current_app.config["SECRET_KEY"])
    if token is None:
        form.form_errors.append(_l("サインインできませんでした。利用者ID・パスワード・確認コードをお確かめください。"))
    return token


def load_fresh(token: str):
    scope.leave()
    flask.session.clear()  # nothing of whoever sat here before
    return load(token)


def _next() -> str | None:
    return _on_this_site(flask.request.args.get("next", ""))


def _on_this_site(path: str) -> str | None:
    """A path and nothing else. Browsers drop tabs and line ends and read \\ as /, so "/<tab>/host" would be a host."""
    plain = path.isprintable() and "\\" not in path and not path.startswith("//")
    return path if plain and path.startswith("/") else None


@pages.post("/sign-out")
@door("session:close")
def sign_out() -> flask.typing.ResponseReturnValue:
    sessions.sign_out(current_user.token)
    flask.session.clear()
    return flask.redirect(flask.url_for("session.open"))


@pages.post("/language")
@door("session:language")
def language() -> flask.typing.ResponseReturnValue:
    if flask.request.form.get("language") in LANGUAGES:
        flask.session["language"] = flask.request.form["language"]
    return flask.redirect(_on_this_site(flask.request.form.get("next", "")) or "/")


@pages.route("/enrolments/<token>", methods=["GET", "POST"])
@door("session:enrol")
def enrol(token: str) -> flask.typing.ResponseReturnValue:
    raw = _raw(token)
    invited = sessions.enrolment(raw)
    if invited is None:
        flask.abort(404)
    form, secret = EnrolForm(), _secret(token)
    if form.validate_on_submit() and _enrolled(form, raw, secret):
        flask.session.pop("totp")
        flask.flash(_l("登録しました。サインインしてください。"), "success")
        return flask.redirect(flask.url_for("session.open"))
    address = pyotp.TOTP(secret).provisioning_uri(name=invited.login, issuer_name="Renkei")
    return flask.render_template("session/enrol.html", form=form, invited=invited, secret=secret, address=address), (
        422 if form.errors else 200
    )


def _raw(token: str) -> bytes:
    """No bytes, which no invitation has, for what is not hexadecimal."""
    try:
        return bytes.fromhex(token)
    except ValueError:
        return b""


def _secret(token: str) -> str:
    """The secret offered stays the same while one invitation is open; at one machine the next person gets a new one."""
    whose = hashlib.sha256(token.encode()).hexdigest()
    if flask.session.get("totp", [""])[0] != whose:
        flask.session["totp"] = [whose, pyotp.random_base32()]
    return flask.session["totp"][1]


def _enrolled(form: EnrolForm, raw: bytes, secret: str) -> bool:
    if not sessions.proves(secret, form.code.data.strip()):
        form.code.errors = [_l("確認コードが違います。いま表示されている数字を入力してください。")]
        return False
    return sessions.enrol(raw, form.password.data, secret, flask.current_app.config["SECRET_KEY"])
