import pytest

from schools.models import AreaOffice, Enrolment, ImportJob, School, SchoolGroup


def job(area, by):
    return ImportJob.objects.create(
        area=area, uploaded_by=by, kind="schools", file_name="a.csv", file_digest="", plan_digest=""
    )


@pytest.fixture
def filled(world):
    for school in (world.school, world.other, world.distant):
        Enrolment.objects.create(school=school, academic_year=2569, grade="p1", male=1)
    SchoolGroup.objects.create(area=world.far, name="แดนไกล")
    SchoolGroup.objects.create(area=world.near, name="ว่าง")
    job(world.near, world.clerk)
    job(world.far, world.far_clerk)
    job(None, world.admin)
    job(None, world.supervisor)
    return world


@pytest.mark.parametrize(
    ("model", "listed", "permission"),
    [
        (School, "visible_to", "schools.see_school"),
        (School, "managed_by", "schools.manage_schools"),
        (AreaOffice, "visible_to", "schools.see_area"),
        (AreaOffice, "managed_by", "schools.manage_schools"),
        (SchoolGroup, "visible_to", "schools.see_group"),
        (SchoolGroup, "managed_by", "schools.manage_schools"),
        (ImportJob, "visible_to", "schools.see_import"),
    ],
)
def test_the_list_and_the_rule_agree_for_everybody(filled, people, model, listed, permission):
    seen_by_someone = set()
    for person in people:
        in_list = set(getattr(model.objects, listed)(person))
        allowed = {obj for obj in model.objects.all() if person.has_perm(permission, obj)}
        assert in_list == allowed, person
        seen_by_someone |= in_list
    assert seen_by_someone


def test_enrolment_is_seen_with_its_school(filled, people):
    for person in people:
        rows = Enrolment.objects.visible_to(person)
        assert {row.school for row in rows} == set(School.objects.visible_to(person))


def test_a_school_sees_itself_and_no_other(filled):
    assert set(School.objects.visible_to(filled.school_head)) == {filled.school}
    assert set(School.objects.visible_to(filled.stranger)) == set()
