"""Two area offices and the people around their registers."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from schools.models import AreaOffice, School, SchoolGroup


def make_user(username: str, role: str = "", **scope) -> User:
    user = User.objects.create_user(username, password="-", first_name=username)
    if role:
        RoleAssignment.objects.create(user=user, role=role, **scope)
    return user


def make_school(area: AreaOffice, name: str, number: int, **fields) -> School:
    return School.objects.create(area=area, name=name, obec_code=f"10107{number:05d}", **fields)


@pytest.fixture
def world(db):
    """``near`` has two schools in ``group`` and its people; ``far`` has one school and its own clerk."""
    near = AreaOffice.objects.create(code="1001", name="สำนักงานเขตใกล้", short_name="สพป.ใกล้")
    far = AreaOffice.objects.create(code="1402", name="สำนักงานเขตไกล", short_name="สพป.ไกล")
    group = SchoolGroup.objects.create(area=near, name="ทวาราวดี")
    school = make_school(near, "วัดสุทธิ", 1, group=group, district="เขตพระนคร", smis_code="10010001")
    other = make_school(near, "พญาไท", 2, group=group, district="เขตราชเทวี")
    distant = make_school(far, "บ้านไกล", 3)
    return SimpleNamespace(
        near=near,
        far=far,
        group=group,
        school=school,
        other=other,
        distant=distant,
        clerk=make_user("ธุรการ", Role.CLERK, area=near),
        head=make_user("หัวหน้ากลุ่ม", Role.GROUP_HEAD, area=near),
        supervisor=make_user("ศึกษานิเทศก์", Role.SUPERVISOR, area=near),
        director=make_user("ผู้อำนวยการเขต", Role.AREA_DIRECTOR, area=near),
        committee=make_user("กรรมการ", Role.COMMITTEE, area=near),
        school_head=make_user("ผอ.โรงเรียน", Role.SCHOOL_HEAD, school=school),
        teacher=make_user("ครู", Role.TEACHER, school=other),
        far_clerk=make_user("ธุรการไกล", Role.CLERK, area=far),
        stranger=make_user("คนนอก"),
        admin=User.objects.create_superuser("ผู้ดูแล", password="-", first_name="ผู้ดูแล"),
    )


@pytest.fixture
def people(world):
    """Everybody of the world but the administrator, whose Django permissions answer yes to everything."""
    return [value for value in vars(world).values() if isinstance(value, User) and not value.is_superuser]


@pytest.fixture
def as_clerk(client, world):
    client.force_login(world.clerk)
    return client


def queries_of(client, url: str) -> int:
    """How many queries the page costs, once the session is warm."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
