"""Roles are assignments with a scope and days; what a person may do is what is assigned today."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.flows import AREA_ROLES, NETWORK_ROLES, SCHOOL_ROLES, Role
from accounts.models import RoleAssignment, User
from networks.models import Network
from tests.supervision.factories import LONG_AGO, make_area, make_school, make_user

DAY = timedelta(days=1)


@pytest.fixture
def area(db):
    return make_area()


@pytest.fixture
def person(area):
    return make_user("วิภา")


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [(-9, None, True), (0, None, True), (-9, 0, True), (0, 0, True), (1, None, False), (-9, -1, False)],
    ids=["long since", "since today", "until today", "today only", "from tomorrow", "until yesterday"],
)
def test_an_assignment_holds_on_its_days_and_on_no_other(area, person, starts, ends, holds):
    today = timezone.localdate()
    RoleAssignment.objects.create(
        user=person,
        role=Role.GROUP_HEAD,
        area=area,
        starts_on=today + starts * DAY,
        ends_on=None if ends is None else today + ends * DAY,
    )

    assert person.holds(Role.GROUP_HEAD) is holds
    assert person.areas_as(Role.GROUP_HEAD) == ({area.pk} if holds else set())
    assert set(RoleAssignment.objects.holders(Role.GROUP_HEAD, area_id=area.pk)) == ({person} if holds else set())


def test_each_role_counts_in_its_own_scope_only(area, person):
    school, network = make_school(area), Network.objects.create(area=area, name="เครือข่ายวัง", kind="club")
    other = make_area("อื่น")
    RoleAssignment.objects.create(user=person, role=Role.SUPERVISOR, area=area, starts_on=LONG_AGO)
    RoleAssignment.objects.create(user=person, role=Role.COMMITTEE, area=other, starts_on=LONG_AGO)
    RoleAssignment.objects.create(user=person, role=Role.TEACHER, school=school, starts_on=LONG_AGO)
    RoleAssignment.objects.create(user=person, role=Role.NETWORK_LEAD, network=network, starts_on=LONG_AGO)

    assert person.areas_as(Role.SUPERVISOR) == {area.pk}
    assert person.areas_as(*AREA_ROLES) == {area.pk, other.pk}
    assert person.areas_as(Role.GROUP_HEAD, Role.TEACHER) == set()
    assert person.schools_as(*SCHOOL_ROLES) == {school.pk}
    assert person.schools_as(Role.SCHOOL_HEAD) == set()
    assert person.networks_as(*NETWORK_ROLES) == {network.pk}
    assert person.holds(Role.GROUP_HEAD, Role.NETWORK_LEAD)
    assert not person.holds(Role.GROUP_HEAD)


def test_todays_assignments_are_read_once_however_often_they_are_asked(area, person, django_assert_num_queries):
    RoleAssignment.objects.create(user=person, role=Role.SUPERVISOR, area=area, starts_on=LONG_AGO)

    with django_assert_num_queries(1):
        assert person.areas_as(Role.SUPERVISOR) == {area.pk}
        assert person.holds(Role.SUPERVISOR)
        assert person.office_name == str(area)
        assert person.assignment_for(Role.SUPERVISOR, area_id=area.pk)


def test_a_closed_account_holds_nothing(area, person):
    RoleAssignment.objects.create(user=person, role=Role.GROUP_HEAD, area=area, starts_on=LONG_AGO)
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert not fresh(person).holds(Role.GROUP_HEAD)
    assert not fresh(person).has_perm("schools.see_area", area)
    assert not RoleAssignment.objects.holders(Role.GROUP_HEAD, area_id=area.pk).exists()


def test_a_person_acts_by_the_role_that_is_asked_first_and_in_full_before_acting(area, person):
    acting = RoleAssignment.objects.create(
        user=person, role=Role.GROUP_HEAD, area=area, starts_on=LONG_AGO, acting=True
    )
    own = RoleAssignment.objects.create(user=person, role=Role.SUPERVISOR, area=area, starts_on=LONG_AGO)
    full = RoleAssignment.objects.create(user=person, role=Role.GROUP_HEAD, area=area, starts_on=LONG_AGO)

    assert person.assignment_for(Role.GROUP_HEAD, Role.SUPERVISOR, area_id=area.pk) == full
    assert person.assignment_for(Role.SUPERVISOR, Role.GROUP_HEAD, area_id=area.pk) == own
    assert acting.title == "รักษาราชการแทนผู้อำนวยการกลุ่มนิเทศฯ"
    assert full.title == "ผู้อำนวยการกลุ่มนิเทศฯ"


def test_a_person_does_not_act_on_another_area_nor_on_what_has_no_area(area, person):
    RoleAssignment.objects.create(user=person, role=Role.GROUP_HEAD, area=area, starts_on=LONG_AGO)

    assert person.assignment_for(Role.GROUP_HEAD, area_id=make_area("อื่น").pk) is None
    assert person.assignment_for(Role.GROUP_HEAD) is None


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("scope", ["none", "area", "school", "network", "area and school"])
def test_the_scope_must_fit_the_role_and_the_refusal_says_how(area, person, role, scope):
    school, network = make_school(area), Network.objects.create(area=area, name="เครือข่ายวัง", kind="club")
    scopes = {
        "none": {},
        "area": {"area": area},
        "school": {"school": school},
        "network": {"network": network},
        "area and school": {"area": area, "school": school},
    }
    assignment = RoleAssignment(user=person, role=role, **scopes[scope])
    right = "area" if role in AREA_ROLES else "school" if role in SCHOOL_ROLES else "network"

    if scope == right:
        assignment.full_clean()
        assignment.save()
        return
    with pytest.raises(ValidationError, match="โปรดระบุขอบเขตให้ตรงกับบทบาท"):
        assignment.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        assignment.save()


def test_an_assignment_does_not_end_before_it_starts(area, person):
    today = timezone.localdate()
    assignment = RoleAssignment(user=person, role=Role.SUPERVISOR, area=area, starts_on=today, ends_on=today - DAY)

    with pytest.raises(ValidationError, match="วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม"):
        assignment.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        assignment.save()


def test_every_role_has_exactly_one_kind_of_scope():
    assert AREA_ROLES | SCHOOL_ROLES | NETWORK_ROLES == set(Role)
    assert len(AREA_ROLES) + len(SCHOOL_ROLES) + len(NETWORK_ROLES) == len(Role)


@pytest.mark.parametrize(
    ("fields", "full", "short"),
    [
        ({"prefix": "นางสาว", "first_name": "สมใจ", "last_name": "ใจดี"}, "นางสาวสมใจ ใจดี", "สมใจ"),
        ({"prefix": "", "first_name": "สมใจ", "last_name": ""}, "สมใจ", "สมใจ"),
        ({"prefix": "", "first_name": "", "last_name": ""}, "", "admin"),
    ],
)
def test_a_name_is_written_as_thai_documents_write_it(fields, full, short):
    user = User(username="admin", **fields)

    assert (user.get_full_name(), user.get_short_name(), str(user)) == (full, short, full or "admin")


@pytest.mark.parametrize(
    ("position", "standing", "signed"),
    [
        ("ศึกษานิเทศก์", "ชำนาญการพิเศษ", "ศึกษานิเทศก์ชำนาญการพิเศษ"),
        ("ผู้อำนวยการโรงเรียน", "", "ผู้อำนวยการโรงเรียน"),
        ("", "", ""),
    ],
)
def test_a_position_is_signed_with_its_standing(position, standing, signed):
    assert User(position=position, academic_standing=standing).signing_position == signed


def test_every_change_of_a_person_or_role_stays_on_record(area, person):
    assignment = RoleAssignment.objects.create(user=person, role=Role.SUPERVISOR, area=area, starts_on=LONG_AGO)
    assignment.ends_on = timezone.localdate()
    assignment.save()
    person.position = "ศึกษานิเทศก์"
    person.save()

    assert [row.ends_on for row in assignment.history.all()] == [assignment.ends_on, None]
    assert [row.position for row in person.history.all()] == ["ศึกษานิเทศก์", ""]
    assert not hasattr(person.history.first(), "password")
