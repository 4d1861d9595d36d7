"""The invented people of the demonstration office. Every name is made up; the schools alone are real."""

import random
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from networks.models import Network
from schools.models import AreaOffice, School

PASSWORD = "nithet-2569"  # noqa: S105 -- for the demonstration only; `demo` refuses to run where DEBUG is off

MALE = [
    "สมชาย",
    "วิชัย",
    "ประเสริฐ",
    "อนุชา",
    "ธนากร",
    "กิตติพงษ์",
    "สุรศักดิ์",
    "ณัฐวุฒิ",
    "พงศ์เทพ",
    "ชาญวิทย์",
    "อดิศักดิ์",
    "มานพ",
    "วีระพล",
    "ภาณุพงศ์",
    "เอกชัย",
]
FEMALE = [
    "สุดารัตน์",
    "วรรณา",
    "พรทิพย์",
    "กาญจนา",
    "ศิริพร",
    "อรุณี",
    "จันทร์เพ็ญ",
    "นงลักษณ์",
    "มาลี",
    "รัตนา",
    "ปราณี",
    "วิไลวรรณ",
    "สุภาพร",
    "อัญชลี",
    "ชนิดา",
]
FAMILY = [
    "ใจเพียร",
    "รุ่งเรืองวิทย์",
    "แสงอรุณ",
    "ศรีบุญชู",
    "พงษ์วิจิตร",
    "ทองประดับ",
    "บุญส่งเสริม",
    "วัฒนเมธี",
    "สุขเกษม",
    "เรืองปัญญา",
    "ชื่นจิตต์",
    "กิจเจริญผล",
    "ธรรมานุรักษ์",
    "ปัญญาดี",
    "มั่นคงธรรม",
    "วงศ์พิพัฒน์",
    "ดวงแก้ว",
    "อินทรประสิทธิ์",
    "นาคสุวรรณ",
    "พูลทรัพย์",
    "ก้องเกียรติคุณ",
    "สิริวัฒน์",
    "ไพบูลย์ศิลป์",
    "เจริญวัฒนา",
]
STANDINGS = ["ชำนาญการ", "ชำนาญการพิเศษ", "ชำนาญการพิเศษ", "เชี่ยวชาญ"]


@dataclass
class Office:
    """The people by role, as the story needs them."""

    area: AreaOffice
    director: User
    head: User
    workgroup_heads: list[User]
    supervisors: list[User]
    clerk: User
    committee: list[User]
    school_heads: dict[int, User]
    teachers: list[User]
    network_leads: list[User]
    admin: User


class Names:
    """Names that repeat as little as chance allows, always the same for the same seed."""

    def __init__(self, chance: random.Random):
        pairs = [
            (prefix, first)
            for prefix, firsts in (("นาย", MALE), ("นาง", FEMALE), ("นางสาว", FEMALE))
            for first in firsts
        ]
        self.rows = [(prefix, first, family) for prefix, first in pairs for family in FAMILY]
        chance.shuffle(self.rows)

    def take(self) -> tuple[str, str, str]:
        return self.rows.pop()


def fresh(user: User) -> User:
    """The person as read now: the roles of the day are remembered on the object that was read."""
    return User.objects.get(pk=user.pk)


def hire(area: AreaOffice, schools: list[School], *, since: date, chance: random.Random) -> Office:
    """Make everybody's account and give each a role from ``since`` on."""
    names = Names(chance)
    secret = make_password(PASSWORD)  # one hash serves all accounts

    def person(username: str, position: str, standing: str = "", **flags) -> User:
        prefix, first, family = names.take()
        return User.objects.create(
            username=username,
            prefix=prefix,
            first_name=first,
            last_name=family,
            position=position,
            academic_standing=standing,
            email=f"{username}@example.org",
            password=secret,
            **flags,
        )

    def appoint(user: User, role: str, **scope) -> User:
        RoleAssignment.objects.create(user=user, role=role, starts_on=since, **scope)
        return user

    director = appoint(
        person("director", "ผู้อำนวยการสำนักงานเขตพื้นที่การศึกษาประถมศึกษากรุงเทพมหานคร"), Role.AREA_DIRECTOR, area=area
    )
    head = appoint(person("head", "ผู้อำนวยการกลุ่มนิเทศ ติดตามและประเมินผลการจัดการศึกษา"), Role.GROUP_HEAD, area=area)
    workgroup_heads = [
        appoint(person(f"wghead{n}", "ศึกษานิเทศก์", "ชำนาญการพิเศษ"), Role.WORKGROUP_HEAD, area=area) for n in (1, 2)
    ]
    supervisors = [
        appoint(person(f"supervisor{n}", "ศึกษานิเทศก์", chance.choice(STANDINGS)), Role.SUPERVISOR, area=area)
        for n in range(1, 13)
    ]
    clerk = appoint(person("clerk", "เจ้าพนักงานธุรการ", "ชำนาญงาน"), Role.CLERK, area=area)
    committee = [appoint(person(f"committee{n}", "กรรมการ ก.ต.ป.น."), Role.COMMITTEE, area=area) for n in (1, 2, 3)]
    heads = {
        school.pk: appoint(person(f"school{n:02d}", f"ผู้อำนวยการ{school}"), Role.SCHOOL_HEAD, school=school)
        for n, school in enumerate(schools, start=1)
    }
    teachers = [
        appoint(person(f"teacher{n}", "ครู", chance.choice(STANDINGS[:3])), Role.TEACHER, school=school)
        for n, school in enumerate(schools[:6], start=1)
    ]
    networks = list(Network.objects.filter(area=area).order_by("pk"))
    leads = [
        appoint(person(f"network{n}", "ครู", "ชำนาญการพิเศษ"), Role.NETWORK_LEAD, network=network)
        for n, network in enumerate(networks, start=1)
    ]
    admin = person("admin", "ผู้ดูแลระบบ", is_staff=True, is_superuser=True)
    return Office(area, director, head, workgroup_heads, supervisors, clerk, committee, heads, teachers, leads, admin)


def accounts() -> list[dict[str, str]]:
    """One row an account of the demonstration office: role, user name, password."""
    rows = []
    for user in User.objects.filter(email__endswith="@example.org").prefetch_related("assignments").order_by("pk"):
        # What the person was hired for; to lead a network came later.
        assignment = min(user.assignments.all(), key=lambda given: given.pk, default=None)
        role = assignment.role if assignment else "admin"
        rows.append({"role": role, "username": user.username, "password": PASSWORD})
    return rows
