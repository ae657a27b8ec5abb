"""Ground: the Session, its three logins, and ids that sort by time."""

import os
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import flask_sqlalchemy.session
import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ARRAY, DateTime, Engine, MetaData, Text, event, make_url
from sqlalchemy.orm import DeclarativeBase

ZONES = ("partner", "city", "worker")


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "%(table_name)s_%(column_0_N_name)s",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "ck": "%(table_name)s_%(constraint_name)s",
            "pk": "%(table_name)s_pkey",
        }
    )


class ScopedSession(flask_sqlalchemy.session.Session):
    """One Session speaks through one login for all its life; without a ticket, through the weakest, which has no right."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **kwargs: Any) -> Any:
        return bind or self._db.engines[self.info.get("zone", "partner")]


db = SQLAlchemy(model_class=Base, session_options={"class_": ScopedSession, "expire_on_commit": False})
db.Model.registry.update_type_annotation_map(  # type: ignore[attr-defined]
    {
        datetime: DateTime(timezone=True),
        str: Text(),
        list[str]: ARRAY(Text()),
        list[uuid.UUID]: ARRAY(db.UUID()),
    }
)


def uuid7() -> uuid.UUID:
    """A version 7 UUID (RFC 9562 §5.7): 48 bits of milliseconds, the rest random."""
    number = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    number = number & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=number & ~(0x3 << 62) | 0x2 << 62)


def attach(app: Any, settings: Any) -> None:
    """One engine a login. Servers are looked for when the first connection is made, so rules run without any."""
    app.config["SQLALCHEMY_BINDS"] = {zone: _options(settings.servers, zone) for zone in ZONES}
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            _forget_between_principals(engine)


def _options(servers: Callable[[], dict[str, str]], zone: str) -> dict[str, Any]:
    """Bound values stay out of logs; prepared statements would outlive a principal, so the server keeps none."""

    def connect() -> psycopg.Connection[Any]:
        address = make_url(servers()[f"DATABASE_{zone.upper()}_URL"]).set(drivername="postgresql")
        return psycopg.connect(address.render_as_string(hide_password=False), prepare_threshold=None)

    return {
        "url": "postgresql+psycopg://",
        "creator": connect,
        "hide_parameters": True,
        "pool_size": 8,
        "max_overflow": 8,
    }


# DISCARD ALL but for the plans of functions, which carry no rights: who asks, and which rows, is looked at with every use.
# They cost half a millisecond to make again, at the opening of every transaction.
_FORGET = (
    "set session authorization default; reset all; close all; deallocate all; unlisten *;"
    " select pg_advisory_unlock_all(); discard temp; discard sequences"
)


def _forget_between_principals(engine: Engine) -> None:
    """At every check-in roles, settings, locks, cursors, statements and temporary tables of the last principal go."""

    @event.listens_for(engine, "reset")
    def forget(raw: Any, record: Any, state: Any) -> None:
        if state.terminate_only:
            return
        raw.rollback()
        raw.autocommit = True
        raw.execute(_FORGET)
        raw.autocommit = False
