"""The site: every noun's pages, and what all of them share."""

import flask
from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.access import doors
from portal.web import (
    acceptances,
    accounts,
    assets,
    audit,
    calls,
    cases,
    conflicts,
    differences,
    disclosures,
    engagements,
    errors,
    exclusions,
    frame,
    holds,
    home,
    inbox,
    intakes,
    intakes_loading,
    language,
    letters,
    mappings,
    marks,
    matches,
    movements,
    organisations,
    permissions,
    persons,
    placements,
    plans,
    recall_notices,
    referrals,
    refreshes,
    related,
    returns,
    reviews,
    session,
    stop_lists,
    tombstones,
    uploads,
)

NOUNS = (
    session, home, assets, intakes, mappings, audit, permissions, organisations, accounts, returns, referrals, holds, inbox, reviews,
    cases, calls, letters, tombstones, placements, persons, marks, related, matches, exclusions, plans, conflicts,
    movements, intakes_loading,
    acceptances, recall_notices, differences, refreshes, engagements, stop_lists, disclosures,
)  # fmt: skip


def attach(app: flask.Flask) -> None:
    app.request_class = uploads.Request
    for noun in NOUNS:
        app.register_blueprint(noun.pages)
    app.before_request(uploads.limit)
    app.before_request(doors.begin)  # before the token is looked for: nobody's body is read who may not send one
    CSRFProtect(app)
    Babel(app, locale_selector=language.language)
    language.attach(app)
    login = LoginManager(app)
    login.user_loader(doors.load)
    login.session_protection = None  # the row in gate.session is the session; nothing else is trusted
    app.after_request(doors.finish)
    app.after_request(headers)
    errors.attach(app)
    app.register_error_handler(RequestEntityTooLarge, uploads.too_large)
    frame.attach(app)
    if hops := app.config["PROXY_HOPS"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]


CSP = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
))  # fmt: skip


def headers(response: flask.Response) -> flask.Response:
    response.headers["Content-Security-Policy"] = CSP
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if flask.request.endpoint != "assets.show":  # a download brings a word of its own along, which would let it be kept
        response.headers["Cache-Control"] = "no-store"
    return response
