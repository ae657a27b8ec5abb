"""The other peer of the worklist: Django's admin over the same tables, as one sets it up in an afternoon.

A WSGI program, `bench.django_admin:app`, its tables in a schema of its own. The changelist joins person and holder in one
statement, shows the columns of our list, filters by reason, 25 a page; a superuser of the database asks, nothing is
noted. BENCH_FULL=0: it does not also count without the filters, as it otherwise would.
"""

import os
from typing import Any

import django
from django.conf import settings
from sqlalchemy import make_url

from bench.city import IDS, NOW
from portal import bootstrap
from portal.rules.worklist import REASONS

SCHEMA = "bench_admin"


def _configure() -> None:
    address = make_url(os.environ["BENCH_PEER"])
    settings.configure(
        SECRET_KEY="of the bench, and of nothing else",
        DEBUG=False,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="bench.django_admin",
        INSTALLED_APPS=[f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions", "messages", "admin")] + ["bench"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
            "OPTIONS": {"context_processors": [
                "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]},
        }],
        DATABASES={"default": {
            "ENGINE": "django.db.backends.postgresql", "NAME": address.database, "USER": address.username,
            "HOST": address.query["host"], "PORT": address.query["port"], "CONN_MAX_AGE": None,
            "OPTIONS": {"options": f"-c search_path={SCHEMA},shared"},
        }},
        LANGUAGE_CODE="ja", TIME_ZONE="Asia/Tokyo", USE_TZ=True, STATIC_URL="/static/",
    )  # fmt: skip
    django.setup()


_configure()

from django.contrib import admin  # noqa: E402 Django's models can be written only now
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402


class Account(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.TextField()

    class Meta:
        app_label, managed, db_table = "bench", False, "account"


class Casefile(models.Model):
    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    number = models.TextField("番号")
    balance = models.BigIntegerField("残高")
    claims = models.IntegerField("件数")
    reason = models.TextField("理由", choices=list(REASONS.items()))
    next_at = models.DateTimeField("次回")
    tries = models.IntegerField("試行")
    band = models.SmallIntegerField()
    state = models.TextField()
    held_at = models.DateTimeField(null=True)
    leased_by = models.ForeignKey(Account, models.DO_NOTHING, db_column="leased_by", null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        app_label, managed, db_table = "bench", False, "casefile"
        verbose_name = verbose_name_plural = "架電リスト"


class Contactee(models.Model):
    case = models.OneToOneField(Casefile, models.DO_NOTHING, primary_key=True, related_name="person")
    name = models.TextField()
    kana = models.TextField()

    class Meta:
        app_label, managed, db_table = "bench", False, "contactee"


@admin.register(Casefile)
class Worklist(admin.ModelAdmin):
    list_display = ("number", "named", "balance", "claims", "reason", "next_at", "tries", "holder")
    list_select_related = ("person", "leased_by")
    list_filter = ("reason",)
    list_per_page = 25
    ordering = ("band", "next_at", "id")
    show_full_result_count = os.environ.get("BENCH_FULL", "1") == "1"

    @admin.display(description="氏名")
    def named(self, case: Any) -> str:
        return f"{case.person.name}（{case.person.kana}）"

    @admin.display(description="状態")
    def holder(self, case: Any) -> str:
        live = case.leased_by and case.leased_until > NOW
        return f"{case.leased_by.name}さんが対応中" if live else "架電できます"

    def get_queryset(self, request: Any) -> Any:
        due = {"org_id": IDS["north"], "state": "open", "held_at": None, "band__lt": 60, "next_at__lte": NOW}
        return super().get_queryset(request).filter(**due)


urlpatterns = [path("admin/", admin.site.urls)]
app = get_wsgi_application()


def signed_in() -> str:
    """Makes the admin's own tables and one superuser; the cookie of its session."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    with bootstrap.connect(os.environ["BENCH_PEER"]) as superuser:
        superuser.execute(f"create schema if not exists {SCHEMA}")
    call_command("migrate", verbosity=0)
    user, _ = get_user_model().objects.get_or_create(
        username="bench", defaults={"is_staff": True, "is_superuser": True}
    )
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    return f"sessionid={session.session_key}"
