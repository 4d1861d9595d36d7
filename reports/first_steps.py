"""What an administrator sets up before the office can work, and how far that is."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import RoleAssignment, User
from instruments.models import InstrumentVersion
from schools.imports import may_import_all_areas
from schools.models import AreaOffice, School


@dataclass(frozen=True)
class Step:
    title: str
    why: str
    link: str
    url: str
    count: int
    unit: str


def first_steps(user: User) -> list[Step]:
    """The steps in their order; empty for whoever is no administrator, or has a role and with it other work."""
    if not user.is_staff or user.assignments_today:
        return []
    schools = (
        reverse("schools:import-new") if may_import_all_areas(user) else reverse("admin:schools_school_changelist")
    )
    return [
        Step(
            "เขตพื้นที่",
            "ชื่อเต็ม ชื่อย่อ และรหัสของสำนักงานเขตพื้นที่การศึกษา",
            "เพิ่มหรือแก้ไขเขตพื้นที่",
            reverse("admin:schools_areaoffice_changelist"),
            AreaOffice.objects.count(),
            "เขต",
        ),
        Step(
            "โรงเรียน",
            "นำเข้าทะเบียนสถานศึกษาและจำนวนนักเรียนจากไฟล์ Excel หรือ CSV",
            "นำเข้าทะเบียนสถานศึกษา",
            schools,
            School.objects.count(),
            "โรงเรียน",
        ),
        Step(
            "ผู้ใช้และบทบาท",
            "สร้างบัญชี แล้วมอบบทบาทในเขตหรือโรงเรียนให้แต่ละคน ผู้ที่ไม่มีบทบาทจะไม่เห็นข้อมูลใด",
            "เพิ่มผู้ใช้และมอบบทบาท",
            reverse("admin:accounts_user_changelist"),
            RoleAssignment.objects.active().values("user").distinct().count(),
            "คนที่มีบทบาท",
        ),
        Step(
            "เครื่องมือนิเทศ",
            "แบบที่ใช้ออกนิเทศต้องมีฉบับที่เผยแพร่แล้ว หากยังไม่มีแบบใด ผู้ติดตั้งระบบเรียกคำสั่ง manage.py load_instruments",
            "ดูเครื่องมือ",
            reverse("admin:instruments_instrument_changelist"),
            InstrumentVersion.objects.filter(state="published").values("instrument").distinct().count(),
            "แบบ",
        ),
    ]
