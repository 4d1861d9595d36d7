"""Measure pages as a browser gets them, from gunicorn over the loopback; prints one line of JSON."""

import http.client
import json
import os
import random
import statistics
import time
import uuid
from collections.abc import Callable
from datetime import date, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.flows import Role  # noqa: E402
from accounts.models import RoleAssignment, User  # noqa: E402
from bench.forms import events, form_of  # noqa: E402
from bench.printing import plain_pdf  # noqa: E402
from bench.serving import cookies_of, server  # noqa: E402
from documents.kinds import document_html, render_document  # noqa: E402
from instruments.models import Instrument, InstrumentVersion  # noqa: E402
from instruments.services import record_answers  # noqa: E402
from schools.models import AreaOffice, School  # noqa: E402
from supervision.models import Visit, VisitMember  # noqa: E402
from supervision.services.visits import create_visit  # noqa: E402
from workflows.services import perform  # noqa: E402

VISITS = 100_000
ROUNDS = 60


class Door:
    """Requests as a signed-in person, over one kept connection to gunicorn with one worker."""

    def __init__(self, user: User, port: int):
        self.headers = {"Cookie": cookies_of(user), "X-CSRFToken": "a" * 32, "Content-Type": "application/json"}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, path: str, body: bytes | None = None) -> bytes:
        self.connection.request("GET" if body is None else "POST", path, body, self.headers)
        response = self.connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status} {content[:300].decode(errors='replace')}")
        return content


def world() -> tuple[User, Visit, Visit]:
    """One area with 37 schools, 12 supervisors and 100,000 visits; one visit with a form of 60 questions, one for print."""
    chance = random.Random(1)
    area = AreaOffice.objects.create(code="1001", name="สำนักงานเขตพื้นที่การศึกษา", short_name="สพป.")
    schools = [School(area=area, obec_code=f"10107{n:05d}", name=f"วัดทดสอบ {n}") for n in range(37)]
    for school in schools:
        school.save()
    users = [
        User.objects.create(username=f"s{n}", first_name=f"ศึกษานิเทศก์ {n}", position="ศึกษานิเทศก์") for n in range(12)
    ]
    for user in users:
        RoleAssignment.objects.create(user=user, role=Role.SUPERVISOR, area=area, starts_on=date(2020, 1, 1))
    today = date.today()  # noqa: DTZ011
    keys = [key for key in Visit.machine.keys if key != "cancelled"]
    Visit.objects.bulk_create(
        [
            Visit(
                area=area, school=schools[n % 37], purpose="การพัฒนาระบบการนิเทศภายใน", fiscal_year=2569, academic_year=2569,
                semester=1, starts_on=(day := today - timedelta(days=chance.randint(0, 2000))), ends_on=day, state=keys[n % len(keys)],
            )
            for n in range(VISITS)
        ],
        batch_size=2000,
    )  # fmt: skip
    ids = Visit.objects.values_list("pk", flat=True)
    VisitMember.objects.bulk_create(
        [VisitMember(visit_id=pk, user=users[pk % 12], is_lead=True) for pk in ids], batch_size=5000
    )
    instrument = Instrument.objects.create(code="BENCH", title="แบบทดสอบ 60 ข้อ")
    version = InstrumentVersion(instrument=instrument, number=1, definition=form_of(60))
    version.save()
    InstrumentVersion.objects.filter(pk=version.pk).update(state="published")
    version.refresh_from_db()
    made = []
    for _ in range(2):
        visit = create_visit(
            school=schools[0],
            purpose="วัดเวลา",
            starts_on=today,
            ends_on=today,
            lead=users[0],
            versions=[version],
            by=users[0],
        )
        perform(visit, "start", by=users[0])
        made.append(visit)
    record_answers(made[1].forms.get().response, batch=uuid.uuid4(), events=events(60), by=users[0])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return users[0], made[0], made[1]


def together(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median milliseconds of each, run in turn so that a change of the machine's speed meets all alike."""
    for work in works.values():
        for _ in range(3):
            work()
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            taken[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


def measure() -> dict[str, dict[str, float]]:
    user, filling, filled = world()
    with server() as port:
        pages = page_times(Door(user, port), filling)
    html, _name, _code = document_html("visit-record", filled, user)
    prints = together(
        {"plain": lambda: plain_pdf(html), "ours": lambda: render_document("visit-record", filled, user)}, 8
    )
    bare = pages["bare"]
    return {
        "a bare Django view": {"ms": bare},
        f"the visit list with {VISITS:,} visits": {"ms": pages["list"], "ratio": pages["list"] / bare, "target": 4},
        "a form of 60 questions": {"ms": pages["form"], "ratio": pages["form"] / bare, "target": 8},
        "one answer saved": {"ms": pages["save"], "ratio": pages["save"] / bare, "target": 3},
        "plain WeasyPrint on a visit record's HTML": {"ms": prints["plain"]},
        "the visit record as PDF": {"ms": prints["ours"], "ratio": prints["ours"] / prints["plain"], "target": 1.2},
    }


def page_times(door: Door, filling: Visit) -> dict[str, float]:
    form = filling.forms.get()
    section = form.response.form.sections[0]
    save_url = reverse("supervision:visit-form-save", args=[filling.pk, form.pk])
    base: list[str | None] = [None]

    def save_one() -> None:
        event = str(uuid.uuid4())
        change = {"id": event, "key": section.questions[0].key, "v": random.randint(1, 5), "base": base[0]}
        change["at"] = "2026-11-21T10:00:00+07:00"
        body = {"batch": str(uuid.uuid4()), "device": "bench", "section": section.key, "events": [change]}
        door.ask(save_url, json.dumps(body).encode())
        base[0] = event

    return together(
        {
            "bare": lambda: door.ask("/bare/"),
            "list": lambda: door.ask(reverse("supervision:visit-list")),
            "form": lambda: door.ask(reverse("supervision:visit-form", args=[filling.pk, form.pk]) + "?section=all"),
            "save": save_one,
        },
        ROUNDS,
    )


if __name__ == "__main__":
    old = setup_databases(verbosity=0, interactive=False)
    try:
        print(json.dumps(measure()))
    finally:
        teardown_databases(old, verbosity=0)
