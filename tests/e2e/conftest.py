"""One Chromium for the tests of a file, people who sit at their own device, and the demonstration office to walk in."""

import io
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from demo.office import fill_office

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
PATIENCE = 10_000
"""Milliseconds that a page may take before a test gives up: generous, for a machine that is busy with other tests."""

EXPECTED_NOISE = re.compile(r"net::ERR_INTERNET_DISCONNECTED|status of (401|403|409|422)\b")
"""What the browser itself writes to its console when a line is cut, a session has ended, a form is refused
or somebody else was first."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright drives the browser from an event loop, under which Django refuses its database unless told otherwise.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=PATIENCE)
        opened = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        yield opened
        opened.close()


class Device:
    """A browser of one person's own. ``complaints`` collects what no page may cause: script errors, broken policy."""

    def __init__(self, chromium: Browser, base_url: str, *, size: dict[str, int] | None = None, scripts: bool = True):
        self.context: BrowserContext = chromium.new_context(
            base_url=base_url,
            viewport=size or PHONE,
            locale="th-TH",
            timezone_id="Asia/Bangkok",
            java_script_enabled=scripts,
            has_touch=(size or PHONE)["width"] < 600,
        )
        self.base_url = base_url
        self.complaints: list[str] = []
        self.page = self.tab()

    def tab(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page

    def _hear(self, message) -> None:
        if message.type == "error" and not EXPECTED_NOISE.search(message.text):
            self.complaints.append(f"{message.location.get('url', '')}: {message.text}")

    def admit(self, user) -> None:
        """Signed in without the sign-in page, for tests that are about other pages."""
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": session, "url": self.base_url}])


@pytest.fixture
def device(chromium) -> Iterator[Callable[..., Device]]:
    """Opens devices; when the test ends, each must have been free of script errors and policy violations."""
    opened: list[Device] = []

    def open_device(base_url: str, **options) -> Device:
        opened.append(Device(chromium, base_url, **options))
        return opened[-1]

    yield open_device
    complaints = [complaint for each in opened for complaint in each.complaints]
    for each in opened:
        each.context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def office_copy(tmp_path_factory) -> Path:
    """Where the finished demonstration office is kept, so that it is built once and copied for each test."""
    return tmp_path_factory.getbasetemp() / "office.sqlite3"


@pytest.fixture
def office(transactional_db, live_server, office_copy) -> str:
    """The address of a server with the demonstration office."""
    copies = connection.vendor == "sqlite"  # elsewhere it is built for each test
    connection.ensure_connection()
    if copies and office_copy.exists():
        with closing(sqlite3.connect(office_copy)) as kept:
            kept.backup(connection.connection)
        ContentType.objects.clear_cache()  # the copy may number them otherwise
        return live_server.url
    reference = Path(apps.get_app_config("schools").path, "reference", "schools_bkk_primary_37.csv")
    call_command("import_schools", str(reference), stdout=io.StringIO())
    fill_office(seed=2569, today=timezone.localdate(), tell=lambda text: None)
    if copies:
        with closing(sqlite3.connect(office_copy)) as kept:
            connection.connection.backup(kept)
    return live_server.url
