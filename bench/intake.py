"""How many whole responses a second the service takes in, over HTTP: `python -m bench.intake`.

gunicorn with two workers of four threads serves the product on a throw-away PostgreSQL database; a closed loop of 8
and of 32 connections on the same machine sends whole answers of 60 and of 250 questions to a survey's page, as its
script does and as a plain form does. Each is checked, logged, scored, counted in the statistics and committed before it
is answered. The same loop asks a bare Django view first: how many of those one response costs means the same on a
fast machine and on a slow one. With ``--json`` the figures come as one line, for ``python -m bench``.
"""

import argparse
import asyncio
import json
import os
import statistics
import time
import urllib.parse
import uuid
from datetime import date, timedelta

from bench.__main__ import POSTGRES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
os.environ.setdefault("DATABASE_URL", POSTGRES)
os.environ.setdefault("TEST_DB", "bench_intake")

import django

django.setup()

from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.flows import Role  # noqa: E402
from accounts.models import RoleAssignment, User  # noqa: E402
from bench.forms import form_of  # noqa: E402
from bench.serving import cookies_of, server  # noqa: E402
from instruments.models import Instrument, InstrumentVersion, Response, Tally  # noqa: E402
from schools.models import AreaOffice  # noqa: E402
from surveys.models import Survey  # noqa: E402
from surveys.services import create_survey  # noqa: E402
from workflows.services import perform  # noqa: E402

WORKERS, THREADS = 2, 4
SIZES, CONNECTIONS = (60, 250), (8, 32)
WARM_UP = 10
"""Seconds, of each kind of request, for the workers to load the program, after which the first answers are no different from the last."""
TARGET = 195
"""Responses of 250 answers a second: the best that ODK Central reports for two cores."""


def survey_of(questions: int, area: AreaOffice, by: User) -> Survey:
    """A survey by link of so many questions, open today."""
    instrument = Instrument.objects.create(code=f"BENCH-{questions}", title=f"แบบทดสอบ {questions} ข้อ")
    version = InstrumentVersion(instrument=instrument, number=1, definition=form_of(questions))
    version.save()
    InstrumentVersion.objects.filter(pk=version.pk).update(state="published")
    version.refresh_from_db()
    today = date.today()  # noqa: DTZ011
    survey = create_survey(
        area=area, by=by, version=version, title=f"แบบสำรวจ {questions} ข้อ", opens_on=today - timedelta(days=1),
        closes_on=today + timedelta(days=1), audience="link",
    )  # fmt: skip
    perform(survey, "open", by=by)
    return survey


def said(questions: int) -> dict[str, str]:
    """What one person answers: nine ratings and one sentence in ten questions."""
    return {
        f"Q{n}": f"ข้อสังเกตของข้อที่ {n} พบหลักฐานครบถ้วน" if n % 10 == 0 else str(n % 5 + 1) for n in range(1, questions + 1)
    }


def request_of(survey: Survey, questions: int, *, plain: bool) -> bytes:
    """The request with ``NAME`` (36 letters) where each one's own name comes."""
    path = reverse("surveys:answer" if plain else "surveys:answer-send", args=[survey.token])
    if plain:
        fields = {"id": NAME} | {f"a-{key}": value for key, value in said(questions).items()}
        body, kind = urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded"
    else:
        body = json.dumps({"id": NAME, "answers": said(questions), "na": [], "rows": {}}, ensure_ascii=False).encode()
        kind = "application/json"
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


NAME = "00000000-0000-4000-8000-000000000000"


class Sender(asyncio.Protocol):
    """One connection: sends an answer, waits until it is taken, sends the next."""

    def __init__(self, loop: "Loop"):
        self.loop, self.buffer = loop, b""

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        self.began = time.perf_counter()
        self.transport.write(self.loop.request.replace(NAME.encode(), str(uuid.uuid4()).encode(), 1))

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, gap, rest = self.buffer.partition(b"\r\n\r\n")
        if not gap:
            return
        lines = head.lower().split(b"\r\n")
        length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length")), 0)
        if len(rest) < length:
            return
        self.buffer = rest[length:]
        now = time.perf_counter()
        if not lines[0].startswith((b"http/1.1 200", b"http/1.1 302")):
            self.loop.stop(RuntimeError(f"{head.decode()[:200]} {rest[:300].decode(errors='replace')}"))
            return
        if now >= self.loop.end:
            self.transport.close()
            self.loop.left -= 1
            if not self.loop.left:
                self.loop.stop()
            return
        if self.began >= self.loop.start:
            self.loop.times.append(now - self.began)
        self.send()

    def connection_lost(self, error) -> None:
        if not self.loop.done.done() and time.perf_counter() < self.loop.end:
            self.loop.stop(error or RuntimeError("the server closed a connection"))


class Loop:
    """A closed loop of connections for so many seconds, the first of them not counted."""

    def __init__(self, request: bytes, seconds: float):
        self.request, self.times = request, []
        self.start = time.perf_counter() + 1.5
        self.end = self.start + seconds

    async def run(self, port: int, connections: int) -> None:
        loop = asyncio.get_running_loop()
        self.done, self.left = loop.create_future(), connections
        for _ in range(connections):
            await loop.create_connection(lambda: Sender(self), "127.0.0.1", port)
        await asyncio.wait_for(self.done, self.end - time.perf_counter() + 60)

    def stop(self, error: BaseException | None = None) -> None:
        if not self.done.done():
            self.done.set_exception(error) if error else self.done.set_result(None)


def measure(seconds: float) -> dict[str, dict[str, float]]:
    """{what: {rate (a second), p50, p95 (milliseconds)}}."""
    area = AreaOffice.objects.create(code="9999", name="bench", short_name="bench")
    user = User.objects.create(username="bench", first_name="bench")
    RoleAssignment.objects.create(user=user, role=Role.SUPERVISOR, area=area, starts_on=date(2020, 1, 1))
    surveys = {questions: survey_of(questions, area, user) for questions in SIZES}
    bare = f"GET /bare/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies_of(user)}\r\n\r\n".encode()
    found: dict[str, dict[str, float]] = {}
    with server(workers=WORKERS, threads=THREADS) as port:

        def run(request: bytes, connections: int, seconds: float) -> list[float]:
            loop = Loop(request, seconds)
            asyncio.run(loop.run(port, connections))
            return sorted(loop.times)

        def figure_of(request: bytes, connections: int) -> dict[str, float]:
            times = run(request, connections, seconds)
            if not times:
                raise RuntimeError(f"not one request was answered within {seconds} seconds")
            middle, late = statistics.median(times), times[int(len(times) * 0.95)]
            return {"rate": len(times) / seconds, "p50": middle * 1000, "p95": late * 1000}

        for request in (request_of(surveys[SIZES[0]], SIZES[0], plain=False), bare):
            run(request, 2 * WORKERS * THREADS, WARM_UP)
        for connections in CONNECTIONS:
            name = f"{connections} connections"
            found[f"a bare Django view, {name}"] = plain_view = figure_of(bare, connections)
            for questions, survey in surveys.items():
                for plain in (False, True) if connections == CONNECTIONS[0] else (False,):
                    figure = figure_of(request_of(survey, questions, plain=plain), connections)
                    figure["ratio"] = plain_view["rate"] / figure["rate"]
                    found[f"{questions} answers, {name}{', plain form' if plain else ''}"] = figure
    best = max((name for name in found if name.startswith(f"{SIZES[-1]} ")), key=lambda name: found[name]["rate"])
    found[best]["least"] = TARGET
    kept, counted = Response.objects.filter(tallied=True).count(), Tally.objects.filter(kind=Tally.OFFICE)
    if sum(counted.values_list("responses", flat=True)) != kept:
        raise RuntimeError("the statistics don't hold what was taken in")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    old = setup_databases(verbosity=0, interactive=False)
    try:
        found = measure(options.seconds)
    finally:
        teardown_databases(old, verbosity=0)
    if options.json:
        print(json.dumps(found))
        return
    print(f"whole responses over HTTP, gunicorn {WORKERS} × {THREADS} threads, PostgreSQL, everything on one machine")
    print(f"{'':44}{'per second':>12}{'p50 ms':>10}{'p95 ms':>10}{'× a view':>10}")
    for name, figures in found.items():
        ratio = f"{figures['ratio']:>10.1f}" if "ratio" in figures else ""
        print(f"{name:44}{figures['rate']:>12.0f}{figures['p50']:>10.1f}{figures['p95']:>10.1f}{ratio}")


if __name__ == "__main__":
    main()
