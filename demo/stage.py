"""The demo's hands: signs in as its people, moves the clock, and runs real actions in real transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import flask
import pyotp
from argon2 import PasswordHasher
from sqlalchemy import text

from demo.accounts import Account
from portal.access import scope, sessions
from portal.access.principal import Principal
from portal.db import db

# a password that everybody may read needs no costly hash: the usual one took 20 of 30 seconds on a busy machine
QUICK = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1)


class Stage:
    """One session an account, opened once: the database lets a one-time code open one."""

    def __init__(self) -> None:
        self.key: str = flask.current_app.config["SECRET_KEY"]
        self.tokens: dict[str, str] = {}

    def enrol(self, account: Account, invitation: str, at: datetime) -> None:
        """As the invited person would: password and one-time secret, once."""
        values = {
            "token": bytes.fromhex(invitation),
            "hash": QUICK.hash(account.password),
            "totp": sessions.seal(account.secret, self.key),
        }
        with self.clock(at):
            scope.enter(scope.signing_in("partner", "session:enrol"))
            if not db.session.execute(text("select access.enrol(:token, :hash, :totp)"), values).scalar_one():
                raise RuntimeError(f"{account.login}: no such invitation")
            db.session.commit()

    def sign_in(self, account: Account, at: datetime) -> None:
        """With the code of the step before this one, so that whoever reads the list of accounts can use this one."""
        with self.clock(at):
            for _ in range(2):  # between reading the clock and the check a step may begin
                code = pyotp.TOTP(account.secret).at(scope.real_time() - timedelta(seconds=sessions.STEP))
                if token := sessions.sign_in(account.login, account.password, code, self.key):
                    self.tokens[account.login] = token
                    return
        raise RuntimeError(f"{account.login} cannot sign in")

    def sign_out(self, at: datetime) -> None:
        for login, token in self.tokens.items():
            with self.acting(login, "session:close", at):
                sessions.sign_out(token)
        self.tokens.clear()

    @contextmanager
    def acting(self, login: str, action: str, at: datetime) -> Iterator[Principal]:
        """A transaction of this person's, at this moment; commits at the end, rolls back on an error."""
        with self.clock(at):
            scope.enter(scope.signed_in(self.tokens[login], action))
            yield scope.principal()
            db.session.commit()

    def run(self, login: str, action: str, at: datetime, verb: Any, /, *args: Any, **facts: Any) -> Any:
        """One action in one transaction; answers what it answers."""
        with self.acting(login, action, at) as by:
            return verb(*args, **facts, by=by)

    @contextmanager
    def clock(self, at: datetime) -> Iterator[None]:
        """It is `at`, and nobody is bound."""
        scope.leave()
        scope.stand_still(at)
        try:
            yield
        finally:
            scope.leave()
            scope.stand_still(flask.current_app.config["DEMO_NOW"])
