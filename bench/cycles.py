"""Measure the board of cycles and the page of one, in an office with very many; prints one line of JSON."""

import json
import os
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.flows import Role  # noqa: E402
from accounts.models import RoleAssignment, User  # noqa: E402
from bench.pages import Door, together  # noqa: E402
from bench.serving import server  # noqa: E402
from cycles.flows import FINISHED, step_state  # noqa: E402
from cycles.models import Cycle, CycleStep, StepCheck  # noqa: E402
from handbook.loading import load_handbook  # noqa: E402
from handbook.models import Edition  # noqa: E402
from networks.models import Activity, Network  # noqa: E402
from schools.models import AreaOffice, School  # noqa: E402
from supervision.models import Visit  # noqa: E402
from thai.dates import buddhist_year  # noqa: E402
from workflows.models import TransitionLog  # noqa: E402

CYCLES = 1000
PROCESSES, OFFICES = 10, 5
NETWORKS = 10_000
VISITS = 2000
ROUNDS = 40
AT = 4
"""The step at which the cycles whose pages are measured stand: the longest of both processes."""


def world() -> tuple[User, dict[str, Cycle]]:
    """One office with 37 schools, 10,000 networks that acted once each and with four other offices 1,000 cycles; its
    head, and for each process the cycle of this year."""
    today = date.today()  # noqa: DTZ011
    area = AreaOffice.objects.create(code="1001", name="สำนักงานเขตพื้นที่การศึกษา", short_name="สพป.")
    schools = [School(area=area, obec_code=f"10107{n:05d}", name=f"วัดทดสอบ {n}") for n in range(37)]
    for school in schools:
        school.save()
    head = User.objects.create(username="head", first_name="ผู้อำนวยการ", last_name="กลุ่ม")
    RoleAssignment.objects.create(user=head, role=Role.GROUP_HEAD, area=area, starts_on=date(2020, 1, 1))
    load_handbook(area)
    edition = Edition.objects.get(area=area)
    networks = Network.objects.bulk_create(
        (
            Network(area=area, name=f"เครือข่าย {n}", sort_key=f"{n:06d}", kind="club", level="school", started_on=date(2020, 1, 1))
            for n in range(NETWORKS)
        ),
        batch_size=2000,
    )  # fmt: skip
    year = buddhist_year(today.year)
    Activity.objects.bulk_create(
        (
            Activity(
                area=area, network=network, title="เปิดชั้นเรียน", kind="club", objective="แลกเปลี่ยน", state="reported", made_by=head,
                starts_on=today, ends_on=today, fiscal_year=year, academic_year=year, semester=1,
            )
            for network in networks
        ),
        batch_size=2000,
    )  # fmt: skip
    Visit.objects.bulk_create(
        Visit(
            area=area, school=schools[n % 37], purpose="การพัฒนา", fiscal_year=year, academic_year=year, semester=1,
            starts_on=today, ends_on=today, state="released",
        )
        for n in range(VISITS)
    )  # fmt: skip
    this_year = many_cycles(area, head, edition, year)
    for n in range(1, OFFICES):
        other = AreaOffice.objects.create(code=f"200{n}", name="เขตอื่น", short_name="สพป.อื่น")
        many_cycles(other, head, edition, year)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return head, this_year


def many_cycles(area: AreaOffice, head: User, edition: Edition, year: int) -> dict[str, Cycle]:
    """Of both processes and of others that the office added, one of each a year, a third of them running; answers those
    of both processes of this year, which stand at ``AT``."""
    processes = [edition.book.process(key) for key in ("P-5.1", "P-5.2")]
    processes += [replace(processes[0], key=f"P-9.{n}") for n in range(1, PROCESSES - 1)]
    made = Cycle.objects.bulk_create(
        Cycle(
            area=area, edition=edition, process=process.key, title=process.title, year_kind=process.year, year=year - back,
            steps=len(process.steps), decides=5, improve_to=4, opened_by=head,
            state=FINISHED if back % 3 else step_state(AT),
        )
        for back in range(CYCLES // PROCESSES // OFFICES)
        for process in processes
    )  # fmt: skip
    tables = {process.key: process.steps for process in processes}
    today = date.today()  # noqa: DTZ011
    rows = CycleStep.objects.bulk_create(
        CycleStep(
            cycle=cycle, number=step.number, key=step.key, state=step_state(step.number), name=step.short, owner=head,
            starts_on=today + timedelta(days=30 * (step.number - AT - 1)),
            ends_on=today + timedelta(days=30 * (step.number - AT)),
            content={"text": "ข้อความที่พิมพ์ไว้ในขั้นนี้ " * 30},
        )
        for cycle in made
        for step in tables[cycle.process]
    )  # fmt: skip
    StepCheck.objects.bulk_create(StepCheck(step=row, place=1, text="เป็นไปตามมาตรฐาน") for row in rows)
    this_year = {cycle.process: cycle for cycle in made[:2]}
    for cycle in this_year.values():
        for number in range(1, AT):
            TransitionLog.objects.create(
                target=cycle, action=f"complete_{number}", label=f"จบขั้นที่ {number}", from_state=step_state(number),
                to_state=step_state(number + 1), by=head, role=Role.GROUP_HEAD,
            )  # fmt: skip
    return this_year


def measure() -> dict[str, dict[str, float]]:
    head, cycles = world()
    with server() as port:
        door = Door(head, port)
        pages = {
            "bare": "/bare/",
            "board": reverse("cycles:board"),
            "all": f"{reverse('cycles:board')}?show=all&page=20",
            **{key: cycle.get_absolute_url() for key, cycle in cycles.items()},
        }
        taken = together({name: partial(door.ask, path) for name, path in pages.items()}, ROUNDS)
    bare = taken["bare"]

    def against_bare(name: str) -> dict[str, float]:
        return {"ms": taken[name], "ratio": taken[name] / bare, "target": 5}

    return {
        "a bare Django view": {"ms": bare},
        f"the board of {CYCLES:,} cycles": against_bare("board"),
        "its 20th page, with those that are over": against_bare("all"),
        "a cycle of P-5.1": against_bare("P-5.1"),
        f"a cycle of P-5.2, {NETWORKS:,} networks": against_bare("P-5.2"),
    }


if __name__ == "__main__":
    old = setup_databases(verbosity=0, interactive=False)
    try:
        print(json.dumps(measure()))
    finally:
        teardown_databases(old, verbosity=0)
