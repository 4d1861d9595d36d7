import pytest

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from instruments.loading import load_instruments
from instruments.models import InstrumentVersion
from instruments.services import open_response
from schools.models import AreaOffice


@pytest.fixture
def office(db):
    return AreaOffice.objects.create(code="1001", name="สำนักงานเขตพื้นที่การศึกษาประถมศึกษาทดสอบ", short_name="สพป.ทดสอบ")


@pytest.fixture
def other_office(db):
    return AreaOffice.objects.create(code="1002", name="สำนักงานเขตพื้นที่การศึกษาประถมศึกษาอื่น", short_name="สพป.อื่น")


@pytest.fixture
def person(office):
    """Make a person who holds a role over an office (the first one, unless told)."""

    def make(role=Role.SUPERVISOR, area=office, **more):
        number = User.objects.count() + 1
        user = User.objects.create_user(
            f"user{number}", password="x", first_name=more.pop("first_name", f"คนที่ {number}"), **more
        )
        if role:
            RoleAssignment.objects.create(user=user, role=role, area=area)
        return user

    return make


@pytest.fixture
def instruments(db):
    """The ten shipped instruments' versions by code."""
    load_instruments()
    return {v.instrument.code: v for v in InstrumentVersion.objects.select_related("instrument")}


@pytest.fixture
def supervisor(person):
    return person(first_name="สมชาย")


@pytest.fixture
def colleague(person):
    return person(first_name="สมหญิง")


@pytest.fixture
def response(instruments, office, supervisor):
    return open_response(instruments["INS-01"], area=office, by=supervisor)
