"""The certificates of the demonstration office: a batch that was issued, one of whose copies was corrected and one
revoked, a batch that waits, and a draft."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

from accounts.models import User
from certificates.models import Batch
from certificates.services import Recipient, create_batch, reissue, revoke
from demo.people import FAMILY, FEMALE, MALE, Office, fresh
from schools.models import School
from thai.years import fiscal_year
from workflows.services import perform

On = Callable[..., AbstractContextManager]
RECIPIENTS = 40


def give_certificates(
    on: On, *, office: Office, schools: list[School], today: date, chance: random.Random
) -> list[Batch]:
    """Through the services, each deed on its own day."""
    held = today - timedelta(days=35)
    teachers = [*office.teachers, *(office.school_heads[school.pk] for school in schools[6:10])]
    with on(held + timedelta(days=1), 10):
        issued = create_batch(
            area=office.area, by=fresh(office.supervisors[0]), kind="participant",
            title=f"การประชุมเชิงปฏิบัติการพัฒนาเครือข่ายการนิเทศ ปีงบประมาณ {fiscal_year(held)}",
            wording="ณ ห้องประชุมสำนักงานเขตพื้นที่การศึกษา จำนวน 12 ชั่วโมง", starts_on=held - timedelta(days=1), ends_on=held,
            issued_on=held, recipients=[*map(account, teachers), *invented(schools, RECIPIENTS - len(teachers), chance)],
        )  # fmt: skip
        perform(issued, "submit", by=fresh(office.supervisors[0]))
    with on(held + timedelta(days=2), 9):
        perform(issued, "issue", by=fresh(office.director))
    lines = list(issued.certificates.select_related("batch").order_by("-place"))
    with on(held + timedelta(days=6), 11):
        reissue(
            lines[0], by=fresh(office.head), name=f"{lines[0].name}ศิริ", organisation=lines[0].organisation,
            reason="สะกดนามสกุลไม่ครบตามบัตรประจำตัว",
        )  # fmt: skip
        revoke(lines[1], by=fresh(office.head), reason="ผู้รับไม่ได้เข้าร่วมกิจกรรมตามเวลาที่กำหนด")
    with on(today - timedelta(days=2), 15):
        waiting = create_batch(
            area=office.area, by=fresh(office.supervisors[1]), kind="model_teacher",
            title="การจัดการเรียนรู้เชิงรุก (Active Learning) ระดับเขตพื้นที่การศึกษา", wording="เป็นแบบอย่างที่ดีแก่ครูในเครือข่าย",
            issued_on=today + timedelta(days=5), recipients=list(map(account, office.teachers)),
        )  # fmt: skip
        perform(waiting, "submit", by=fresh(office.supervisors[1]))
    with on(today - timedelta(days=1), 16):
        draft = create_batch(
            area=office.area, by=fresh(office.clerk), kind="speaker", title="การอบรมการใช้สื่อดิจิทัลเพื่อการเรียนรู้",
            issued_on=today + timedelta(days=10), layout="portrait", recipients=invented(schools, 3, chance),
        )  # fmt: skip
    return [issued, waiting, draft]


def account(user: User) -> Recipient:
    return Recipient(str(user), user.office_name or "", user)


def invented(schools: list[School], number: int, chance: random.Random) -> list[Recipient]:
    """People without an account, no two alike."""
    names = [
        f"{prefix}{first} {family}"
        for prefix, firsts in (("นาย", MALE), ("นางสาว", FEMALE))
        for first in firsts
        for family in FAMILY
    ]
    return [Recipient(name, str(chance.choice(schools))) for name in chance.sample(names, number)]
