"""Every error is one page with one sentence; "not yours" and "not there" are the same page."""

import errno

import flask
import flask_login
import structlog
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from portal.access import doors
from portal.db import db
from portal.i18n import N_
from portal.rules.lifecycles import NOT_NOW, NotNow

log = structlog.get_logger()
PAGES = {
    400: (_l("送信できませんでした"), _l("画面が古くなっています。前の画面に戻り、もう一度お試しください。")),
    401: (_l("サインインが必要です"), _l("もう一度サインインしてください。")),
    403: (
        _l("この操作は許可されていません"),
        _l("担当の権限では行えない操作です。必要な場合は管理者にご相談ください。"),
    ),
    404: (_l("見つかりません"), _l("お探しの画面は、ないか、移動しています。")),
    405: (_l("この方法では開けません"), _l("画面のボタンから操作してください。")),
    409: (_l("いまはこの操作ができません"), _l("ほかの操作により状況が変わりました。画面を開き直してご確認ください。")),
    413: (_l("ファイルが大きすぎます"), _l("受け付けられる大きさを超えています。ファイルを分けてください。")),
    500: (_l("処理できませんでした"), _l("時間をおいてもう一度お試しください。続く場合は照会番号をお知らせください。")),
    503: (_l("ただいま利用できません"), _l("記録を残せないため、表示を止めました。しばらくしてからお試しください。")),
}
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NO_ROOM = N_("ファイルを保存する場所が足りません。何も受け付けていません。システム管理者へご連絡ください。")


def attach(app: flask.Flask) -> None:
    app.register_error_handler(CSRFError, lambda _: page(400))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _other)


def page(status: int, sentence: str | None = None) -> tuple[str, int]:
    """A page of one sentence. Where no database says who asks, it is the page for nobody that says so."""
    try:
        return _written(status, sentence)
    except SQLAlchemyError:
        flask.g._login_user = flask_login.AnonymousUserMixin()
        return _written(503)


def _written(status: int, sentence: str | None = None) -> tuple[str, int]:
    title, message = PAGES.get(status, PAGES[500])
    return flask.render_template("error.html", title=title, message=sentence or message), status


def _http(error: HTTPException) -> flask.typing.ResponseReturnValue:
    if original := getattr(error, "original_exception", None):  # of the commit, after the view
        return _other(original)
    if error.code is None or error.code < 400:
        return error.get_response()
    return page(error.code if error.code in PAGES else 400)


def _refusal(error: Exception) -> str | None:
    """An action's own refusal says why in one sentence, its `label`."""
    if isinstance(error, NotNow):
        return gettext(NOT_NOW) % {"state": gettext(error.label)}
    label = getattr(error, "label", None)
    return gettext(label) if isinstance(label, str) else None


def _other(error: Exception) -> flask.typing.ResponseReturnValue:
    """Errors of the database carry values in their text: only their state goes to the log."""
    db.session.rollback()
    if sentence := _refusal(error):
        return page(409, sentence)
    full = getattr(error, "errno", None) in FULL
    status = 503 if full else doors.status_of(error)
    if status >= 500:
        quiet = doors.sqlstate(error)
        log.error(
            "failed", request=flask.g.request_id, kind=quiet or type(error).__name__, exc_info=None if quiet else error
        )
    if status == 401:
        return flask.redirect(flask.url_for("session.open"))
    return page(status, gettext(NO_ROOM) if full else None)
