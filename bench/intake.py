"""How many whole responses a second the service takes in: one process, closed loop, each answer checked, logged, scored.

    DATABASE_URL=postgres://… python -m bench.intake [--seconds 5]

Runs on a throw-away database beside the configured one. Reports, for responses of 60 and of 250 answers sent as one
batch and for single answers, responses a second, the median and the CPU this process spent on one.
"""

import argparse
import os
import statistics
import time
import uuid

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("TEST_DB", "bench_intake")

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.forms import MOMENT, events, form_of  # noqa: E402
from instruments.flows import PUBLISHED  # noqa: E402
from instruments.models import Instrument, InstrumentVersion  # noqa: E402
from instruments.services import open_response, record_answers  # noqa: E402
from schools.models import AreaOffice  # noqa: E402


def measure(run, seconds: float) -> tuple[float, float, float]:
    """(runs a second, median milliseconds, CPU milliseconds a run); what a run needs is prepared outside the clock."""
    for _ in range(20):
        run()()
    times, cpu = [], 0.0
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        job = run()
        at, used = time.perf_counter(), time.process_time()
        job()
        times.append(time.perf_counter() - at)
        cpu += time.process_time() - used
    return len(times) / sum(times), statistics.median(times) * 1000, cpu / len(times) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=5)
    seconds = parser.parse_args().seconds
    old = setup_databases(verbosity=0, interactive=False)
    try:
        area = AreaOffice.objects.create(code="9999", name="bench", short_name="bench")
        user = User.objects.create(username="bench", first_name="bench")
        print(f"{connection.vendor}: whole responses in one batch, then one answer at a time")
        print(f"{'':28}{'per second':>12}{'median ms':>12}{'CPU ms':>10}")
        for questions in (60, 250):
            instrument = Instrument.objects.create(code=f"BENCH-{questions}", title="bench")
            version = InstrumentVersion(instrument=instrument, number=1, definition=form_of(questions))
            version.save()
            InstrumentVersion.objects.filter(pk=version.pk).update(state=PUBLISHED)
            version.refresh_from_db()

            def whole(version=version, questions=questions):
                response, batch = open_response(version, area=area, by=user), events(questions)
                return lambda: record_answers(response, batch=uuid.uuid4(), events=batch, by=user)

            def full(version=version, questions=questions):
                """Everything a whole submission costs: the response is made as well."""
                batch = events(questions)
                return lambda: record_answers(
                    open_response(version, area=area, by=user), batch=uuid.uuid4(), events=batch, by=user
                )

            show(f"{questions} answers", measure(whole, seconds))
            show(f"{questions} answers, new response", measure(full, seconds))

        response = open_response(version, area=area, by=user)
        record_answers(response, batch=uuid.uuid4(), events=events(250), by=user)

        def one():
            change = {"id": str(uuid.uuid4()), "key": "Q1", "at": MOMENT, "base": response.answers["Q1"]["e"], "v": 3}
            return lambda: record_answers(response, batch=uuid.uuid4(), events=[change], by=user)

        show("1 answer of 250 held", measure(one, seconds))
    finally:
        teardown_databases(old, verbosity=0)


def show(name: str, result: tuple[float, float, float]) -> None:
    rate, median, cpu = result
    print(f"{name:28}{rate:>12.0f}{median:>12.2f}{cpu:>10.2f}")


if __name__ == "__main__":
    main()
