"""Dull makers of what a supervision test needs. Each writes plain rows; states are set around the kernel.

Nothing here is under test: a record "in a state" is put there by ``queryset.update`` with no log behind it. A test
about moving records uses ``perform``.
"""

import itertools
from datetime import date, timedelta

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from instruments.models import Instrument, InstrumentVersion
from instruments.services import open_response
from schools.models import AreaOffice, School, SchoolGroup
from schools.queries import period_of
from supervision.flows import PLAN_APPROVERS
from supervision.models import Plan, PlanItem, Recommendation, Visit, VisitForm, VisitMember
from workflows.services import begin_approvals

LONG_AGO = date(2020, 1, 1)
FIRST_DAY = date(2026, 12, 1)
"""An ordinary Tuesday of fiscal year 2570, semester 2/2569."""
_number = itertools.count(1)

DEFINITION = {
    "scales": {
        "level5": {
            "title": "ระดับการปฏิบัติ",
            "values": [
                {"v": 5, "t": "มากที่สุด"}, {"v": 4, "t": "มาก"}, {"v": 3, "t": "ปานกลาง"},
                {"v": 2, "t": "น้อย"}, {"v": 1, "t": "น้อยที่สุด"},
            ],
            "bands": [
                {"min": "4.51", "label": "มากที่สุด"}, {"min": "3.51", "label": "มาก"}, {"min": "2.51", "label": "ปานกลาง"},
                {"min": "1.51", "label": "น้อย"}, {"min": "1.00", "label": "น้อยที่สุด"},
            ],
        }
    },
    "sections": [
        {
            "key": "A",
            "title": "ด้านการจัดกระบวนการเรียนรู้",
            "scale": "level5",
            "questions": [
                {"key": "A1", "type": "rating", "text": "จัดกิจกรรมการเรียนรู้เชิงรุก", "required": True},
                {"key": "A2", "type": "rating", "text": "ผู้เรียนมีส่วนร่วม", "required": False, "allow_na": True},
            ],
        },
        {
            "key": "B",
            "title": "ข้อมูลเพิ่มเติม",
            "questions": [{"key": "B1", "type": "text", "text": "จุดเด่น", "required": False, "long": True}],
        },
    ],
}  # fmt: skip
"""A form of three questions, one of them required."""


def make_area(name: str = "สพป.ตัวอย่าง") -> AreaOffice:
    code = f"{next(_number):04d}"
    return AreaOffice.objects.create(code=code, name=f"สำนักงานเขตพื้นที่การศึกษา {name}", short_name=name)


def make_group(area: AreaOffice, name: str = "") -> SchoolGroup:
    return SchoolGroup.objects.create(area=area, name=name or f"กลุ่มที่ {next(_number)}")


def make_school(area: AreaOffice, name: str = "", **fields) -> School:
    number = next(_number)
    return School.objects.create(
        area=area, obec_code=f"10{number:08d}", name=name or f"วัดตัวอย่าง {number}", opened_on=LONG_AGO, **fields
    )


def make_user(first_name: str = "สมชาย", last_name: str = "ใจดี", **fields) -> User:
    fields.setdefault("username", f"person{next(_number)}")
    return User.objects.create(prefix="นาย", first_name=first_name, last_name=last_name, **fields)


def assign(user: User, role: Role, *, area=None, school=None, acting: bool = False) -> User:
    """Give the role from long ago on, without an end; answers the user."""
    RoleAssignment.objects.create(user=user, role=role, area=area, school=school, starts_on=LONG_AGO, acting=acting)
    user.__dict__.pop("assignments_today", None)
    return user


def make_person(role: Role, *, area=None, school=None, **fields) -> User:
    return assign(make_user(**fields), role, area=area, school=school)


def make_instrument(area=None, title: str = "แบบนิเทศการจัดกระบวนการเรียนรู้", definition=None) -> Instrument:
    """An instrument with one published version; without an area it is shared by all."""
    instrument = Instrument.objects.create(area=area, code=f"INS-{next(_number)}", title=title)
    make_version(instrument, definition=definition)
    return instrument


def make_version(
    instrument: Instrument, *, number: int = 1, state: str = "published", definition=None
) -> InstrumentVersion:
    version = InstrumentVersion.objects.create(
        instrument=instrument, number=number, definition=DEFINITION if definition is None else definition
    )
    return put(version, state)


def put(obj, state: str):
    """The record in that state, as if it had come there by the book; a fresh copy of the row."""
    type(obj)._base_manager.filter(pk=obj.pk).update(state=state)
    return type(obj)._base_manager.get(pk=obj.pk)


def make_plan(area: AreaOffice, owner: User, state: str = "draft", **fields) -> Plan:
    """A whole plan of fiscal year 2570 without a schedule; where it is submitted, its approvals wait from the first."""
    values = {
        "title": "แผนนิเทศ ติดตาม และประเมินผล ปีงบประมาณ 2570",
        "period": Plan.Period.FISCAL_YEAR,
        "year": 2570,
        "starts_on": date(2026, 10, 1),
        "ends_on": date(2027, 9, 30),
        "rationale": "โรงเรียนขอรับการนิเทศเรื่องการจัดการเรียนรู้เชิงรุก",
        "objectives": "เพื่อพัฒนาการจัดการเรียนรู้เชิงรุก",
        "targets": "ครูทุกคนได้รับการนิเทศ",
        "methods": "เยี่ยมชั้นเรียนและสะท้อนผล",
    }
    plan = put(Plan.objects.create(area=area, owner=owner, **(values | fields)), state)
    if state == "submitted":
        begin_approvals(plan, default=PLAN_APPROVERS)
    return plan


def make_item(plan: Plan, school: School, lead: User, *, team=(), instruments=(), **fields) -> PlanItem:
    values = {"starts_on": FIRST_DAY, "ends_on": fields.get("starts_on", FIRST_DAY), "purpose": "การจัดการเรียนรู้เชิงรุก"}
    item = PlanItem.objects.create(plan=plan, school=school, lead=lead, **(values | fields))
    item.team.set(team)
    item.instruments.set(instruments)
    return item


def make_visit(school: School, lead: User, *, team=(), instruments=(), state: str = "planned", **fields) -> Visit:
    """A visit to the school with its lead, further members, and one open response for each instrument."""
    day = fields.pop("starts_on", FIRST_DAY)
    period = period_of(school.area_id, day)
    values = {
        "purpose": "การจัดการเรียนรู้เชิงรุก",
        "starts_on": day,
        "ends_on": day + timedelta(days=1),
        "fiscal_year": period.fiscal_year,
        "academic_year": period.academic_year,
        "semester": period.semester,
    }
    visit = Visit.objects.create(area=school.area, school=school, **(values | fields))
    VisitMember.objects.create(visit=visit, user=lead, is_lead=True)
    VisitMember.objects.bulk_create(VisitMember(visit=visit, user=user) for user in team)
    for place, instrument in enumerate(instruments, start=1):
        response = open_response(instrument.current, area=school.area, by=lead)
        VisitForm.objects.create(visit=visit, response=response, place=place)
    return put(visit, state)


def make_recommendation(
    visit: Visit, text: str = "จัดทำปฏิทินนิเทศภายใน", *, state: str = "open", **fields
) -> Recommendation:
    values = {"owner": "ฝ่ายวิชาการ", "due_on": visit.starts_on + timedelta(days=30)}
    recommendation = Recommendation.objects.create(
        visit=visit, area_id=visit.area_id, school_id=visit.school_id, text=text, **(values | fields)
    )
    return put(recommendation, state)
