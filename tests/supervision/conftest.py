"""A small district, so that every test of supervision speaks of the same people."""

from types import SimpleNamespace

import pytest

from accounts.flows import Role
from correspondence.models import LetterCode
from tests.supervision.factories import (
    make_area,
    make_group,
    make_instrument,
    make_person,
    make_school,
    make_user,
)


@pytest.fixture
def world(db):
    """Two areas, three schools, and one person in each place.

    ``area`` writes under ศธ 04009 and has ``school`` (ผอ. ``school_head``, ครู ``teacher``) and ``other_school`` (ผอ.
    ``other_school_head``), both in ``group``; ``far_area`` has ``far_school`` and its own ``far_head`` and
    ``far_supervisor``, and no code. ``stranger`` signs in and holds no role. ``instrument`` is shared and published.
    """
    area, far_area = make_area("สพป.ใกล้"), make_area("สพป.ไกล")
    LetterCode.objects.create(area=area, code="ศธ 04009")
    group = make_group(area, "กลุ่มโรงเรียนเจ้าพระยา")
    school = make_school(area, "วัดสุทธิ", group=group)
    other_school = make_school(area, "พญาไท", group=group)
    far_school = make_school(far_area, "บ้านไกล")
    return SimpleNamespace(
        area=area,
        far_area=far_area,
        group=group,
        school=school,
        other_school=other_school,
        far_school=far_school,
        head=make_person(Role.GROUP_HEAD, area=area, first_name="วิภา", position="ผู้อำนวยการกลุ่มนิเทศฯ"),
        supervisor=make_person(
            Role.SUPERVISOR, area=area, first_name="สมใจ", position="ศึกษานิเทศก์", academic_standing="ชำนาญการพิเศษ"
        ),
        colleague=make_person(Role.SUPERVISOR, area=area, first_name="มานะ", position="ศึกษานิเทศก์"),
        workgroup_head=make_person(Role.WORKGROUP_HEAD, area=area, first_name="ปรีชา", position="ศึกษานิเทศก์"),
        director=make_person(Role.AREA_DIRECTOR, area=area, first_name="อรุณ", position="ผู้อำนวยการ สพป.ใกล้"),
        committee=make_person(Role.COMMITTEE, area=area, first_name="กมล"),
        clerk=make_person(Role.CLERK, area=area, first_name="ธิดา", position="เจ้าพนักงานธุรการ"),
        school_head=make_person(Role.SCHOOL_HEAD, school=school, first_name="ประยูร", position="ผู้อำนวยการโรงเรียน"),
        other_school_head=make_person(Role.SCHOOL_HEAD, school=other_school, first_name="นภา"),
        teacher=make_person(Role.TEACHER, school=school, first_name="ดวงใจ", position="ครู"),
        far_head=make_person(Role.GROUP_HEAD, area=far_area, first_name="ไกรสร"),
        far_supervisor=make_person(Role.SUPERVISOR, area=far_area, first_name="ไกลกังวล"),
        stranger=make_user("คนนอก"),
        instrument=make_instrument(),
    )


@pytest.fixture
def people(world):
    """Every person of the world by name."""
    return {name: value for name, value in vars(world).items() if type(value).__name__ == "User"}
