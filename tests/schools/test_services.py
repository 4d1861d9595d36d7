from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from schools.models import School, SchoolGroup
from schools.services import (
    RegisterError,
    close_school,
    delete_group,
    merge_school,
    place_in_group,
    save_group,
    update_school,
)
from tests.schools.conftest import make_school

DAY = date(2026, 5, 16)


def test_a_closed_school_counts_until_the_day_before(world):
    close_school(world.school, DAY, by=world.clerk)

    assert world.school in School.objects.open_on(date(2026, 5, 15))
    assert world.school not in School.objects.open_on(DAY)
    last = School.objects.get(pk=world.school.pk).history.latest()
    assert (last.history_user, last.history_change_reason) == (world.clerk, "ยุบเลิกโรงเรียน")


def test_a_merged_school_says_where_its_pupils_went(world):
    merge_school(world.school, world.other, DAY, by=world.head)

    school = School.objects.get(pk=world.school.pk)
    assert (school.closed_on, school.merged_into, school.status_label) == (DAY, world.other, "รวมกับโรงเรียนอื่น")


@pytest.mark.parametrize(
    ("prepare", "into", "sentence"),
    [
        ({"closed_on": date(2025, 5, 16)}, "other", "แล้วเมื่อ 16 พฤษภาคม 2568"),
        ({"opened_on": DAY}, "other", "โปรดระบุวันที่หลังจากนั้น"),
        ({}, "school", "รวมกับตัวเองไม่ได้"),
        ({}, "distant", "อยู่ต่างเขตพื้นที่"),
        ({}, "gone", "ไม่ได้เปิดสอนในวันที่"),
    ],
)
def test_a_merge_that_cannot_be_is_refused_with_the_reason(world, prepare, into, sentence):
    make_school(world.near, "เลิกแล้ว", 9, closed_on=date(2020, 5, 16))
    School.objects.filter(pk=world.school.pk).update(**prepare)
    target = School.objects.get(name="เลิกแล้ว") if into == "gone" else getattr(world, into)
    before = School.objects.values().get(pk=world.school.pk)

    with pytest.raises(RegisterError, match=sentence):
        merge_school(world.school, target, DAY, by=world.clerk)

    assert School.objects.values().get(pk=world.school.pk) == before


def test_a_school_that_others_are_about_to_join_stays(world):
    merge_school(world.school, world.other, DAY, by=world.clerk)

    with pytest.raises(RegisterError, match="โปรดแก้การรวมของ"):
        close_school(world.other, date(2026, 1, 1), by=world.clerk)


@pytest.mark.parametrize("who", ["supervisor", "director", "school_head", "far_clerk", "stranger"])
def test_only_the_register_keepers_of_the_area_change_it(world, who):
    person = getattr(world, who)
    with pytest.raises(PermissionDenied):
        close_school(world.school, DAY, by=person)
    with pytest.raises(PermissionDenied):
        update_school(world.school, by=person)
    with pytest.raises(PermissionDenied):
        save_group(SchoolGroup(area=world.near, name="ใหม่"), by=person)
    assert not School.objects.filter(closed_on__isnull=False).exists()


def test_a_group_of_another_area_is_refused(world):
    world.school.group = SchoolGroup.objects.create(area=world.far, name="แดนไกล")
    with pytest.raises(RegisterError, match="เขตพื้นที่อื่น"):
        update_school(world.school, by=world.clerk)


def test_a_group_holds_exactly_the_schools_chosen(world):
    third = make_school(world.near, "สาม", 8)

    moved = place_in_group(world.group, [world.school, third], by=world.clerk)

    assert moved == 2
    assert set(world.group.schools.all()) == {world.school, third}


def test_a_group_with_schools_is_not_deleted(world):
    with pytest.raises(RegisterError, match="ยังมี 2 โรงเรียน"):
        delete_group(world.group, by=world.clerk)

    place_in_group(world.group, [], by=world.clerk)
    delete_group(world.group, by=world.clerk)
    assert not SchoolGroup.objects.exists()


def test_two_groups_of_one_name_are_refused(world):
    with pytest.raises(ValidationError, match="มีกลุ่มโรงเรียนชื่อนี้แล้ว"):
        save_group(SchoolGroup(area=world.near, name="ทวาราวดี"), by=world.clerk)


def test_names_are_found_and_sorted_as_a_thai_would(world):
    make_school(world.near, "ไทยรัฐวิทยา ๗๕", 20)
    make_school(world.near, "เทพศิรินทร์", 21)
    make_school(world.near, "ดาราคาม", 22)

    assert [s.name for s in School.objects.filter(area=world.near)] == [
        "ดาราคาม", "เทพศิรินทร์", "ไทยรัฐวิทยา ๗๕", "พญาไท", "วัดสุทธิ",
    ]  # fmt: skip
    assert [s.name for s in School.objects.matching("ไทยรัฐวิทยา75")] == ["ไทยรัฐวิทยา ๗๕"]
    assert [s.name for s in School.objects.matching("สุทธิ พระนคร")] == ["วัดสุทธิ"]
    assert [s.name for s in School.objects.matching("๑๐๐๑๐๐๐๑")] == ["วัดสุทธิ"]


def test_saving_part_of_a_school_keeps_search_and_order_true(world):
    world.school.name = "กขค"
    world.school.save(update_fields=["name"])

    assert School.objects.filter(area=world.near).first().name == "กขค"
    assert list(School.objects.matching("กขค")) == [world.school]
