"""What a whole-office summary costs over 10,000 and over 1,000,000 answers: `python -m bench.summary`.

    DATABASE_URL=postgres://… python -m bench.summary [--answers 1000000] [--json]

Runs on a throw-away database beside the configured one. The responses (60 ratings, 37 schools, 12 supervisors, six
semesters) are made in bulk and added up by the recount; then some more are closed and opened through the services, the
kept sums are compared with a recount from all answers, and the summary is compared with x̄ and S.D. computed plainly.
With ``--json`` the figures come as one line, for ``python -m bench``.
"""

import argparse
import json
import os
import random
import statistics
import time
from datetime import date

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
os.environ.setdefault("TEST_DB", "bench_summary")

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from accounts.models import User  # noqa: E402
from analysis.queries import Book, FormSummary, Reading, summary_of, versions_read  # noqa: E402
from instruments.flows import PUBLISHED  # noqa: E402
from instruments.models import Instrument, InstrumentVersion, Response  # noqa: E402
from instruments.scoring import score  # noqa: E402
from instruments.services import lock_response, open_response, unlock_response  # noqa: E402
from instruments.statistics import Summary  # noqa: E402
from instruments.tallies import recount  # noqa: E402
from schools.models import AreaOffice, School  # noqa: E402

QUESTIONS, FEW, MANY = 60, 10_000, 1_000_000
ROUNDS = 30
PERIODS = [(year, semester, year + (semester == 2)) for year in (2567, 2568, 2569) for semester in (1, 2)]


def definition() -> dict:
    values = [{"v": v, "t": str(v)} for v in (5, 4, 3, 2, 1)]
    bands = [{"min": m, "label": m} for m in ("4.51", "3.51", "2.51", "1.51", "1.00")]
    sections = [
        {
            "key": f"S{number}",
            "title": f"ด้านที่ {number}",
            "scale": "level5",
            "questions": [{"key": f"S{number}Q{q}", "type": "rating", "text": f"ข้อ {q}"} for q in range(1, 11)],
        }
        for number in range(1, QUESTIONS // 10 + 1)
    ]
    return {"scales": {"level5": {"title": "ระดับ", "values": values, "bands": bands}}, "sections": sections}


def version_of(code: str) -> InstrumentVersion:
    instrument = Instrument.objects.create(code=code, title=code)
    version = InstrumentVersion(instrument=instrument, number=1, definition=definition())
    version.save()
    InstrumentVersion.objects.filter(pk=version.pk).update(state=PUBLISHED)
    return InstrumentVersion.objects.select_related("instrument").get(pk=version.pk)


def fill(version: InstrumentVersion, area: AreaOffice, answers: int, chance: random.Random) -> dict[str, list[int]]:
    """Closed responses with so many answers; what was answered to each question, for the comparison."""
    schools = list(School.objects.filter(area=area).values_list("pk", flat=True))
    people = list(User.objects.values_list("pk", flat=True))
    keys = list(version.form.questions)
    given: dict[str, list[int]] = {key: [] for key in keys}
    batch: list[Response] = []
    for number in range(-(-answers // QUESTIONS)):
        values = chance.choices((1, 2, 3, 4, 5), (1, 2, 5, 8, 4), k=QUESTIONS)
        for key, value in zip(keys, values, strict=True):
            given[key].append(value)
        year, semester, fiscal = PERIODS[number % len(PERIODS)]
        batch.append(
            Response(
                version=version,
                area=area,
                school_id=schools[number % len(schools)],
                person_id=people[number % len(people)],
                academic_year=year,
                semester=semester,
                fiscal_year=fiscal,
                tallied=True,
                answers={key: {"v": value} for key, value in zip(keys, values, strict=True)},
            )
        )
        if len(batch) == 500:
            Response.objects.bulk_create(batch)
            batch = []
    Response.objects.bulk_create(batch)
    recount(version.pk, mend=True)
    return given


def close_some(
    version: InstrumentVersion, area: AreaOffice, given: dict[str, list[int]], chance: random.Random
) -> None:
    """Some more responses through the services; every third is opened again and so doesn't count."""
    school, person = School.objects.earliest("pk"), User.objects.earliest("pk")
    for number in range(30):
        response = open_response(version, area=area, by=person, school=school, person=person, on=date(2026, 6, 1))
        values = {key: chance.randint(1, 5) for key in given}
        response.answers = {key: {"v": value} for key, value in values.items()}
        response.scores = score(version.form, response.answers)
        response.save()
        lock_response(response, by=person)
        if number % 3 == 0:
            unlock_response(response, by=person)
            continue
        for key, value in values.items():
            given[key].append(value)


def summary(version: InstrumentVersion, area: AreaOffice) -> FormSummary:
    """As a page reads it: the versions, the form, the kept sums."""
    versions = tuple(versions_read(version.instrument))
    return summary_of(Reading(version.instrument, area, versions), Book.of(versions))


def check(version: InstrumentVersion, area: AreaOffice, given: dict[str, list[int]]) -> None:
    differences = recount(version.pk, mend=False)
    if differences:
        raise SystemExit(f"the kept sums are not those of the answers: {differences[0]}")
    found = {r.line.key: r for section in summary(version, area).sections for r in section.results}
    for key, values in given.items():
        plain = Summary.of(values)
        part = found[key].part
        if part is None or (part.summary, part.mean, part.sd) != (plain, plain.mean, plain.sd):
            raise SystemExit(f"{key}: the summary says {part}, the answers {plain}")


def measured(answers: int) -> dict[str, dict]:
    chance = random.Random(7)
    area = AreaOffice.objects.create(code="9999", name="bench", short_name="bench")
    School.objects.bulk_create(School(area=area, obec_code=f"10{n:08d}", name=f"โรงเรียน {n}") for n in range(37))
    User.objects.bulk_create(User(username=f"bench{n}") for n in range(12))
    versions = {}
    for code, number in (("FEW", FEW), ("MANY", answers)):
        version = versions[code] = version_of(code)
        given = fill(version, area, number, chance)
        close_some(version, area, given, chance)
        check(version, area, given)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    times: dict[str, list[float]] = {"FEW": [], "MANY": []}
    for _ in range(ROUNDS):
        for code, version in versions.items():
            start = time.perf_counter()
            summary(version, area)
            times[code].append(1000 * (time.perf_counter() - start))
    few, many = (statistics.median(times[code]) for code in ("FEW", "MANY"))
    return {
        f"summary over {FEW:,} answers": {"ms": few},
        f"summary over {answers:,} answers": {"ms": many, "ratio": many / few, "target": 2},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--answers", type=int, default=MANY)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    old = setup_databases(verbosity=0, interactive=False)
    try:
        figures = measured(options.answers)
    finally:
        teardown_databases(old, verbosity=0)
    if options.json:
        print(json.dumps(figures))
        return
    print(f"{connection.vendor}: kept sums equal a recount of every answer")
    for name, figure in figures.items():
        ratio = f"{figure['ratio']:.2f}× (≤ {figure['target']}×)" if "ratio" in figure else ""
        print(f"  {name:40}{figure['ms']:>9.2f} ms  {ratio}")


if __name__ == "__main__":
    main()
