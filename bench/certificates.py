"""500 certificates as one job: what the worker spends on the file, beside plain WeasyPrint on its finished HTML.

    DATABASE_URL=postgres://… python -m bench.certificates

CPU time, which other work on the machine disturbs least, on a throw-away database. The last line is JSON, for
``python -m bench``.
"""

import json
import os
import time
from collections.abc import Callable
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("TEST_DB", "bench_certificates")

import django

django.setup()

from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.flows import Role  # noqa: E402
from accounts.models import RoleAssignment, User  # noqa: E402
from bench.printing import plain_pdf  # noqa: E402
from certificates.making import batch_files  # noqa: E402
from certificates.models import Batch, BatchFile  # noqa: E402
from certificates.services import Recipient, create_batch  # noqa: E402
from documents.kinds import document_html  # noqa: E402
from schools.models import AreaOffice  # noqa: E402
from workflows.services import perform  # noqa: E402

RECIPIENTS = 500


def issued() -> Batch:
    """A batch through its services, by a supervisor and a director."""
    area = AreaOffice.objects.create(code="9999", name="สำนักงานเขตพื้นที่การศึกษาตัวอย่าง", short_name="สพป.ตัวอย่าง")
    today = timezone.localdate()
    people = {}
    for role in (Role.SUPERVISOR, Role.AREA_DIRECTOR):
        people[role] = User.objects.create(username=role, first_name="สมชาย", last_name="ใจดี", prefix="นาย")
        RoleAssignment.objects.create(user=people[role], role=role, area=area, starts_on=today - timedelta(days=9))
    names = [Recipient(f"นางสาวกัลยาณี ที่ {n}", f"โรงเรียนวัดตัวอย่าง {n % 37}") for n in range(RECIPIENTS)]
    batch = create_batch(
        area=area, by=people[Role.SUPERVISOR], kind="participant", title="การประชุมเชิงปฏิบัติการพัฒนาเครือข่ายการนิเทศ",
        issued_on=today, recipients=names,
    )  # fmt: skip
    perform(batch, "submit", by=people[Role.SUPERVISOR])
    perform(batch, "issue", by=people[Role.AREA_DIRECTOR])
    return Batch.objects.get(pk=batch.pk)


def spent(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def measure() -> dict[str, dict[str, float]]:
    batch = issued()
    job = BatchFile.objects.get(batch=batch)
    BatchFile.objects.filter(pk=job.pk).update(status=BatchFile.WAITING)
    html = document_html("certificate-batch", batch, None)[0]
    plain = spent(lambda: plain_pdf(html))
    ours = spent(lambda: batch_files.run(job.pk))
    assert BatchFile.objects.get(pk=job.pk).status == BatchFile.DONE
    return {
        f"plain WeasyPrint on {RECIPIENTS} certificates": {"ms": plain * 1000},
        f"{RECIPIENTS} certificates as one job": {"ms": ours * 1000, "ratio": ours / plain, "target": 1.3},
    }


if __name__ == "__main__":
    kept = setup_databases(verbosity=0, interactive=False)
    try:
        print(json.dumps(measure()))
    finally:
        teardown_databases(kept, verbosity=0)
