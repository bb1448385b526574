"""The yardstick: Django's admin over the very same contract table, with the same rights and filters.

The table, its indexes and its rows are the portal's own, opened from its file; Django keeps its
accounts and sessions in a second file. Loaded by gunicorn as ``benchmarks.lists_django:app``.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from typing import Any

import django
from django.apps import AppConfig
from django.conf import settings

ROWS, OWN = os.environ["BENCH_ROWS"], os.environ["BENCH_OWN"]
#: What the viewer may see: their own and their department's contracts.
EMPLOYEE, DEPARTMENT = int(os.environ["BENCH_EMPLOYEE"]), int(os.environ["BENCH_DEPARTMENT"])
NAME, PASSWORD = "viewer", "only-for-measuring-2026"
LABEL = "contracts"


class Contracts(AppConfig):
    """This module as one of Django's applications."""

    label = LABEL


class Router:
    """Contracts and employees live in the portal's file, everything else in Django's own."""

    def db_for_read(self, model: Any, **_hints: Any) -> str:
        """Which file."""
        return "rows" if model._meta.app_label == LABEL else "default"

    db_for_write = db_for_read

    def allow_relation(self, *_args: Any, **_hints: Any) -> bool:
        """Contracts name employees."""
        return True

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        """Nothing of the portal's is changed."""
        return db == "default" and app_label != LABEL


settings.configure(
    DEBUG=False,
    SECRET_KEY="only-for-measuring",  # noqa: S106
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": OWN},
        "rows": {"ENGINE": "django.db.backends.sqlite3", "NAME": ROWS},
    },
    DATABASE_ROUTERS=[f"{__name__}.Router"],
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        Contracts(__name__, sys.modules[__name__]),
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    LANGUAGE_CODE="zh-hant",
    TIME_ZONE="Asia/Taipei",
    USE_TZ=True,
    STATIC_URL="/static/",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.contrib import admin  # noqa: E402 - only importable once configured
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402

STATES = [
    ("draft", "草稿"),
    ("legal_review", "審核中"),
    ("changes", "待修改"),
    ("approved", "已核准"),
    ("signing", "簽署中"),
    ("signed", "已簽署"),
    ("void", "作廢"),
]


class Employee(models.Model):
    """Whose contract it is."""

    name = models.CharField(max_length=60)

    class Meta:
        """The portal's table."""

        managed, db_table, app_label = False, "employee", LABEL

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """The seven columns of the list, and those that rights ask for."""

    no = models.CharField("編號", max_length=24)
    title = models.CharField("標題", max_length=160)
    counterparty = models.CharField("相對人", max_length=160)
    owner = models.ForeignKey(Employee, models.DO_NOTHING, verbose_name="負責人")
    department_id = models.IntegerField()
    status = models.CharField("狀態", max_length=24, choices=STATES)
    fee_model = models.CharField(
        "計費方式", max_length=16, choices=[("fixed", "固定"), ("mixed", "混合")]
    )
    total = models.BigIntegerField("總額")
    currency = models.CharField(max_length=3)
    end_on = models.DateField("到期日")

    class Meta:
        """The portal's table."""

        managed, db_table, app_label = False, "contract", LABEL
        verbose_name_plural = "合約"

    def __str__(self) -> str:
        return self.title


class ContractAdmin(admin.ModelAdmin):
    """The list as the portal has it: columns, filters, search, rights."""

    list_display = ("no", "title", "counterparty", "owner", "status", "money", "end_on")
    list_filter = ("status", "fee_model", "end_on")
    search_fields = ("no", "title", "counterparty")
    list_select_related = ("owner",)
    list_per_page = 20
    show_full_result_count = os.environ.get("BENCH_FULL_COUNT", "1") == "1"

    @admin.display(description="總額", ordering="total")
    def money(self, row: Contract) -> str:
        """With its currency."""
        return f"{row.currency} {row.total / 100:,.2f}"

    def get_queryset(self, request: Any) -> Any:
        """What the viewer may see."""
        mine = models.Q(owner_id=EMPLOYEE) | models.Q(department_id__in=[DEPARTMENT])
        return super().get_queryset(request).filter(mine)


admin.site.register(Contract, ContractAdmin)
urlpatterns = [path("admin/", admin.site.urls)]
app = get_wsgi_application()


def prepare() -> str:
    """Make Django's own tables and the viewer, signed in; returns the session's key."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    call_command("migrate", verbosity=0)
    user = User.objects.create_superuser(NAME, password=PASSWORD)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.set_expiry(timedelta(days=1))
    store.save()
    return str(store.session_key)
