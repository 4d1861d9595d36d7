"""The office's handbook: the shipped edition in force, and the next year's being written by two supervisors."""

from datetime import date, timedelta

from accounts.models import User
from handbook.editing import Draft
from handbook.models import Edition
from handbook.services import begin_edition, save_piece
from schools.models import AreaOffice

REVISED = "ศึกษาหลักสูตรแกนกลางการศึกษาขั้นพื้นฐาน พุทธศักราช 2551 (ฉบับปรับปรุง พ.ศ. 2560) มาตรฐานการเรียนรู้และตัวชี้วัดทั้ง 8 กลุ่มสาระ รวมทั้งกิจกรรมพัฒนาผู้เรียน"
NEW_STEP = "สะท้อนผลการนิเทศแก่ครูและผู้บริหารสถานศึกษาภายในสองสัปดาห์ พร้อมข้อเสนอแนะที่โรงเรียนตอบรับและรายงานผลในระบบ"
WINDOWS = {
    "s1": (10, 11, -1),
    "s2": (10, 12, -1),
    "s3": (12, 12, -1),
    "s4": (1, 8, 0),
    "s5": (1, 9, 0),
    "s6": (9, 9, 0),
}


def write_next_edition(on, *, area: AreaOffice, writers: list[User], year: int, today: date) -> Edition:
    """Begin next year's edition and change what an office changes: an old law, a step, the windows of P-5.1."""
    first, second = writers[0], writers[1]
    with on(today - timedelta(days=12)):
        edition, _ = begin_edition(area, fiscal_year=year + 1, by=first)
        save_task(edition, "2.2", first, steps={"s1": REVISED}, laws=["edu_act_2542", "curriculum_2551"])
    with on(today - timedelta(days=9), 14):
        task = Draft(edition.content).piece("task:5.1")
        steps = [*task["steps"], {"key": "", "text": NEW_STEP}]
        save_piece(edition, "task:5.1", {**task, "steps": steps}, was="", over="", by=second)
    with on(today - timedelta(days=4), 10):
        for key, (start, end, offset) in WINDOWS.items():
            place = f"step:P-5.1:{key}"
            window = {"kind": "months", "from_month": start, "to_month": end, "from_year": offset, "to_year": offset}
            step = Draft(edition.content).piece(place)
            save_piece(edition, place, {**step, "window": window}, was="", over="", by=second)
    return Edition.objects.get(pk=edition.pk)


def save_task(edition: Edition, key: str, by: User, *, steps: dict[str, str], laws: list[str]) -> None:
    task = Draft(edition.content).piece(f"task:{key}")
    for step in task["steps"]:
        step["text"] = steps.get(step["key"], step["text"])
    save_piece(edition, f"task:{key}", {**task, "laws": laws}, was="", over="", by=by)
