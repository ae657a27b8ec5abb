"""Signing in: password and one-time code become a session row; the row can be ended at any time."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from cryptography.fernet import Fernet
from sqlalchemy import text

from portal.access import scope
from portal.db import db

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("the time a wrong name takes must not tell it from a wrong password")
STEP = 30


def sign_in(login: str, password: str, code: str, key: str) -> str | None:
    """A new token, or None: wrong name, password or code, ended account, or locked for 15 minutes after ten misses.

    Each login of the database is asked, the weaker first; none answers for an account whose role it may not become.
    """
    for zone in ("partner", "city"):
        scope.leave()
        scope.enter(scope.signing_in(zone, "session:open"))
        found = _row("select * from access.credential_of(:login)", login=login)
        if found:
            return _open(zone, login, found, password, code, key)
    _matches(_NOBODY, password)
    return None


def _open(zone: str, login: str, found: Any, password: str, code: str, key: str) -> str | None:
    step = _step(unseal(found.totp, key), code)
    token = scope.new_token(zone)
    proven = _matches(found.password_hash, password) and step and not found.locked
    values = {"account": found.account_id, "token": scope.raw_token(token), "step": step}
    if proven and _row("select access.open_session(:account, :token, :step) as opened", **values).opened:
        db.session.commit()
        return token
    db.session.rollback()
    db.session.execute(text("select access.miss(:login)"), {"login": login})
    db.session.commit()
    return None


def sign_out(token: str) -> None:
    db.session.execute(text("select access.close_session(:token)"), {"token": scope.raw_token(token)})


def enrolment(token: bytes) -> Any:
    """(account_id, login, name) of a live invitation, or None."""
    scope.enter(scope.signing_in("partner", "session:enrol"))
    return _row("select * from access.enrolment_of(:token)", token=token)


def enrol(token: bytes, password: str, secret: str, key: str) -> bool:
    """Sets password and one-time secret once. False when the invitation has ended meanwhile."""
    values = {"token": token, "hash": _HASHER.hash(password), "totp": seal(secret, key)}
    return _row("select access.enrol(:token, :hash, :totp) as done", **values).done


def proves(secret: str, code: str) -> bool:
    return _step(secret, code) is not None


def _step(secret: str, code: str) -> int | None:
    """The time step whose code this is: now or one to either side. Real time, whatever clock a demo shows."""
    totp, now = pyotp.TOTP(secret), scope.real_time()
    for drift in (0, -1, 1):
        at = now + timedelta(seconds=STEP * drift)
        if totp.verify(code, for_time=at):
            return int(at.timestamp()) // STEP
    return None


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except Argon2Error:
        return False


def seal(secret: str, key: str) -> bytes:
    return _fernet(key).encrypt(secret.encode())


def unseal(sealed: bytes, key: str) -> str:
    return _fernet(key).decrypt(sealed).decode()


def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"totp" + key.encode()).digest()))


def _row(statement: str, **values: Any) -> Any:
    return db.session.execute(text(statement), values).one_or_none()
