"""People with addresses, a LINE that answers on this machine, and a working day."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
import time_machine
from django.core.mail.backends.locmem import EmailBackend

from accounts.models import User
from tests.supervision.factories import FIRST_DAY


@pytest.fixture
def day(world):
    """Everybody of the district has an address, and it is seven in the morning of ``FIRST_DAY``."""
    for user in User.objects.all():
        user.email = f"{user.username}@office.example"
        user.save()
    with time_machine.travel(f"{FIRST_DAY}T07:00:00+07:00", tick=False) as clock:
        for value in vars(world).values():
            if isinstance(value, User):
                value.refresh_from_db()
        yield clock


@pytest.fixture
def mail():
    return EmailBackend()


@pytest.fixture
def line(settings):
    """LINE's server: remembers what it was sent, and answers with ``answers`` one by one, then 200."""
    known = SimpleNamespace(asked=[], answers=[])

    class Line(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known.asked.append((self.path, dict(self.headers), body))
            code, said = known.answers.pop(0) if known.answers else (200, {})
            self.send_response(code)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Line)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.LINE_API_URL = f"http://127.0.0.1:{server.server_port}"
    settings.LINE_CHANNEL_TOKEN, settings.LINE_CHANNEL_SECRET = "token-of-the-office", "secret-of-the-office"
    yield known
    server.shutdown()
    server.server_close()
