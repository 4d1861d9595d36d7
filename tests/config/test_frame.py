"""The frame around every page: health, errors in Thai, headers, cookies and the words of the page itself."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import connection
from django.http import Http404
from django.test import Client
from django.urls import path

from config.urls import urlpatterns as real

THAI = re.compile("[ก-๛]")


def main_text(response) -> str:
    """The words of a page outside tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())).strip()


# -- Health --------------------------------------------------------------------------------------------------------


def test_health_is_open_and_asks_the_database(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


def test_health_says_when_the_database_does_not_answer(client, monkeypatch):
    from django.db import OperationalError

    def broken(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", broken)

    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (503, {"status": "no database"})


# -- Errors --------------------------------------------------------------------------------------------------------


def fail(error):
    def view(request):
        raise error

    view.login_required = False
    return view


urlpatterns = [
    *real,
    path("fail/400", fail(BadRequest("x"))),
    path("fail/403", fail(PermissionDenied("x"))),
    path("fail/404", fail(Http404("secret of the inside"))),
    path("fail/500", fail(RuntimeError("secret of the inside"))),
]


@pytest.fixture
def visitor(client, settings):
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("status", "heading"),
    [(400, "คำขอไม่ถูกต้อง"), (403, "ไม่มีสิทธิ์ทำรายการนี้"), (404, "ไม่พบหน้านี้"), (500, "ระบบขัดข้อง")],
)
def test_an_error_is_explained_in_thai_and_tells_nothing_of_the_inside(visitor, db, status, heading):
    response = visitor.get(f"/fail/{status}")

    assert response.status_code == status
    text = main_text(response)
    assert heading in text
    assert re.findall(r"[A-Za-z]{3,}", text) == []
    assert "secret" not in response.content.decode()
    assert "กลับหน้าแรก" in text


@pytest.mark.parametrize("status", [400, 404, 500])
def test_an_error_page_needs_no_database(visitor, status):
    """No database is allowed in this test: a page that asked it would fail differently."""
    response = visitor.get(f"/fail/{status}")

    assert response.status_code == status
    assert THAI.search(main_text(response))


def test_an_error_page_of_a_signed_in_person_stands(visitor, world):
    visitor.force_login(world.head)

    for status in (403, 404, 500):
        assert visitor.get(f"/fail/{status}").status_code == status


def test_a_form_that_has_grown_old_is_explained(world):
    response = Client(enforce_csrf_checks=True).post("/account/login/", {"username": "a", "password": "b"})

    assert response.status_code == 403
    assert "หน้านี้เปิดทิ้งไว้นานเกินไป" in response.content.decode()


def test_an_unknown_address_is_not_told_from_a_closed_one(client, world):
    """A stranger learns nothing from the difference: unknown pages and pages of others are the same page."""
    client.force_login(world.stranger)
    unknown, closed = client.get("/no/such/page/"), client.get("/supervision/visits/999999/")

    assert (unknown.status_code, closed.status_code) == (404, 404)
    assert main_text(unknown) == main_text(closed)


# -- Headers and cookies -------------------------------------------------------------------------------------------

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


@pytest.mark.parametrize("url", ["/account/login/", "/", "/no/such/page/", "/admin/login/", "/healthz"])
def test_every_answer_carries_the_security_headers(client, world, url):
    if url == "/":
        client.force_login(world.head)

    response = client.get(url)

    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";") if part.strip())
    assert POLICY.items() <= policy.items()
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=(self)" in response["Permissions-Policy"]


def in_production(code: str, **environment: str) -> subprocess.CompletedProcess:
    """Run a line of Python with the settings of a server."""
    given = {
        "DEBUG": "0",
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "nithet.example.org",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(settings.VAR_DIR),
    } | environment
    return subprocess.run(
        [sys.executable, "-c", code], env=given, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("environment", "engine"), [({}, "db"), ({"CACHE_URL": "redis://127.0.0.1:6379/1"}, "cached_db")]
)
def test_a_session_that_ends_in_one_process_ends_in_all(environment, engine):
    """A cache of one process would go on answering for a session that another has closed."""
    asked = in_production(
        "from django.conf import settings; print(settings.SESSION_ENGINE.rsplit('.', 1)[1])", **environment
    )

    assert asked.stdout.strip() == engine, asked.stderr


def test_a_server_sends_its_cookies_over_https_only():
    names = [
        "DEBUG",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "SESSION_COOKIE_SAMESITE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "SECURE_CONTENT_TYPE_NOSNIFF",
    ]

    done = in_production(f"from django.conf import settings as s; print([getattr(s, n) for n in {names}])")

    assert done.stdout.strip() == "[False, True, True, True, 'Lax', True, 31536000, True]", done.stderr


def test_a_server_without_a_secret_does_not_start_and_says_what_it_needs():
    done = in_production("import config.settings", SECRET_KEY="")

    assert done.returncode != 0
    assert "DEBUG=0 needs SECRET_KEY" in done.stderr


def test_an_empty_environment_is_a_development_machine():
    done = subprocess.run(
        [sys.executable, "-c", "from config import settings as s; print(s.DEBUG, s.DATABASES['default']['ENGINE'])"],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(settings.VAR_DIR)},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.split() == ["True", "django.db.backends.sqlite3"], done.stderr


# -- What templates and scripts may hold ---------------------------------------------------------------------------

ROOT = Path(settings.BASE_DIR)
PAGES = [p for p in sorted((ROOT / "templates").rglob("*.html")) if "documents" not in p.relative_to(ROOT).parts]
OURS = [*PAGES, *sorted((ROOT / "static" / "js").rglob("*.js")), *sorted((ROOT / "static" / "css").rglob("*.css"))]
NAMESPACES = ("http://www.w3.org/",)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT / "templates")))
def test_no_page_holds_a_script_or_a_style_of_its_own(page):
    text = page.read_text(encoding="utf-8")

    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", text) == []
    assert [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag and "json" not in tag] == []
    assert "|safe" not in text
    assert "autoescape off" not in text


@pytest.mark.parametrize("file", OURS, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_is_fetched_from_another_site(file):
    text = file.read_text(encoding="utf-8")

    foreign = re.findall(r"""(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s"'`)]*""", text)
    assert [address for address in foreign if not address.startswith(NAMESPACES)] == []


@pytest.mark.parametrize("status", [403, 404])
def test_whoever_is_signed_in_keeps_the_menu_on_a_page_of_refusal(visitor, django_user_model, status):
    assert 'class="app-nav' not in visitor.get(f"/fail/{status}").content.decode()
    visitor.force_login(django_user_model.objects.create_user("someone"))

    page = visitor.get(f"/fail/{status}").content.decode()

    assert 'class="app-nav' in page
    assert "กลับหน้าแรก" in page


def test_the_page_of_a_fault_asks_the_database_nothing(visitor, django_user_model, django_assert_num_queries):
    visitor.force_login(django_user_model.objects.create_user("someone"))
    with django_assert_num_queries(1):  # the session, at the door; nothing for the page
        visitor.get("/fail/500")
