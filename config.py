"""Every setting, typed, from the environment. Nothing else reads os.environ."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parent
ADDRESSES = ("DATABASE_OWNER_URL", "DATABASE_PARTNER_URL", "DATABASE_CITY_URL", "DATABASE_WORKER_URL", "REDIS_URL")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(extra="ignore")

    instance: Path = ROOT / "instance"
    database_owner_url: str | None = None
    database_partner_url: str | None = None
    database_city_url: str | None = None
    database_worker_url: str | None = None
    redis_url: str | None = None
    secret_key: str | None = None
    city_code: str = Field(default="23999", pattern=r"^\d{5}$")
    max_upload_mb: int = Field(default=512, gt=0)
    upload_dir: Path | None = None
    stop_list_dir: Path | None = None
    proxy_hops: int = Field(default=0, ge=0)
    cookie_secure: bool = False
    testing: bool = False
    demo_now: datetime | None = None
    demo_scale: float = Field(default=0.02, gt=0, le=10)

    @field_validator("demo_now")
    @classmethod
    def _with_zone(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("DEMO_NOW needs an offset, as in 2026-11-25T14:10:00+09:00")
        return value

    def servers(self) -> dict[str, str]:
        """The five addresses: as given, or those of the servers this checkout starts for itself.

        Half a set would send one zone to another server than the rest, so it is all or none.
        """
        if not self.own_servers():
            from portal.embedded import ensure

            return ensure(self.instance)
        given = self._given()
        if missing := sorted(name for name, url in given.items() if not url):
            raise SystemExit(f"Set all five server addresses or none; missing: {', '.join(missing)}")
        return {name: str(url) for name, url in given.items()}

    def own_servers(self) -> bool:
        """True when somebody else runs PostgreSQL and Valkey."""
        return any(self._given().values())

    def _given(self) -> dict[str, str | None]:
        return {name: getattr(self, name.lower()) for name in ADDRESSES}

    def key(self) -> str:
        """SECRET_KEY, or one made once for this checkout (development; several hosts must share one)."""
        if self.secret_key:
            return self.secret_key
        file = self.instance / "secret_key"
        if not file.exists():
            self.instance.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(secrets.token_hex(32))
        return file.read_text()

    def flask(self) -> dict[str, Any]:
        """The values Flask and its extensions read."""
        return {
            "SECRET_KEY": self.key(),
            "CITY_CODE": self.city_code,
            "MAX_UPLOAD_MB": self.max_upload_mb,
            "MAX_CONTENT_LENGTH": (self.max_upload_mb + 1) * 1024 * 1024,
            "UPLOAD_DIR": self.upload_dir or self.instance / "uploads",
            "STOP_LIST_DIR": self.stop_list_dir,
            "INSTANCE": self.instance,
            "DEMO_NOW": self.demo_now,
            "DEMO_SCALE": self.demo_scale,
            "PROXY_HOPS": self.proxy_hops,
            "TESTING": self.testing,
            "SERVERS": self.servers,
            "OWN_SERVERS": self.own_servers(),
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.cookie_secure,
            "SESSION_COOKIE_NAME": "renkei",
            "WTF_CSRF_TIME_LIMIT": None,
            "BABEL_DEFAULT_LOCALE": "ja",
            "BABEL_TRANSLATION_DIRECTORIES": "translations",
        }
