"""The pages of the register."""

import csv
import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from schools import panels
from schools.imports import preview_import
from schools.models import Enrolment, ImportJob, School, SchoolGroup
from tests.schools.conftest import make_school, queries_of

LIST = "schools:school-list"


def names(response) -> list[str]:
    return [school.name for school in response.context["page"]]


@pytest.fixture
def varied(world):
    make_school(world.near, "เทพศิรินทร์", 10, closed_on=date(2020, 5, 16))
    make_school(world.near, "ไทยรัฐวิทยา ๗๕", 11, closed_on=date(2021, 5, 16), merged_into=world.school)
    Enrolment.objects.create(school=world.school, academic_year=2569, grade="p1", male=100, female=21)
    Enrolment.objects.create(school=world.other, academic_year=2569, grade="p1")
    return world


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["พญาไท", "วัดสุทธิ"]),
        ({"q": "สุทธิ"}, ["วัดสุทธิ"]),
        ({"q": "๑๐๑๐๗๐๐๐๐๒"}, ["พญาไท"]),
        ({"q": "ราชเทวี"}, ["พญาไท"]),
        ({"q": "  พญา   ไท "}, ["พญาไท"]),
        ({"q": "ไม่มี"}, []),
        ({"status": "all"}, ["เทพศิรินทร์", "ไทยรัฐวิทยา ๗๕", "พญาไท", "วัดสุทธิ"]),
        ({"status": "closed"}, ["เทพศิรินทร์"]),
        ({"status": "merged"}, ["ไทยรัฐวิทยา ๗๕"]),
        ({"status": "nonsense"}, ["พญาไท", "วัดสุทธิ"]),
        ({"size": "ขนาดกลาง"}, ["วัดสุทธิ"]),
        ({"size": "ไม่มีนักเรียน"}, ["พญาไท"]),
        ({"size": "ไม่มีข้อมูล", "status": "all"}, ["เทพศิรินทร์", "ไทยรัฐวิทยา ๗๕"]),
    ],
)
def test_the_list_is_searched_and_narrowed(as_clerk, varied, query, found):
    assert names(as_clerk.get(reverse(LIST), query)) == found


def test_a_school_that_will_close_later_is_still_listed_as_open_only(as_clerk, world):
    """The filter says what the page of the school says."""
    School.objects.filter(pk=world.school.pk).update(closed_on=timezone.localdate() + timedelta(days=30))

    assert names(as_clerk.get(reverse(LIST))) == ["พญาไท", "วัดสุทธิ"]
    assert names(as_clerk.get(reverse(LIST), {"status": "closed"})) == []


def test_the_list_is_narrowed_by_group(as_clerk, varied):
    make_school(varied.near, "ไม่มีกลุ่ม", 12)
    assert names(as_clerk.get(reverse(LIST), {"group": varied.group.pk})) == ["พญาไท", "วัดสุทธิ"]


def test_each_sees_only_what_is_theirs(client, world):
    client.force_login(world.school_head)
    assert names(client.get(reverse(LIST))) == ["วัดสุทธิ"]
    assert client.get(world.other.get_absolute_url()).status_code == 404
    client.force_login(world.stranger)
    assert "ยังไม่มีโรงเรียนในทะเบียน" in client.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize("who", ["clerk", "supervisor", "school_head"])
def test_the_list_costs_the_same_for_one_school_or_many(client, world, who):
    School.objects.filter(pk=world.other.pk).update(closed_on=date(2020, 1, 1))
    client.force_login(getattr(world, who))
    one = queries_of(client, reverse(LIST))

    for number in range(100, 150):
        school = make_school(world.near, f"วัดที่ {number}", number, group=world.group)
        Enrolment.objects.create(school=school, academic_year=2569, grade="p1", male=5)

    assert queries_of(client, reverse(LIST)) == one


def test_the_page_of_a_school_costs_the_same_for_one_row_or_many(as_clerk, world):
    def grow(start: int, end: int) -> int:
        for number in range(start, end):
            Enrolment.objects.create(school=world.school, academic_year=2500 + number, grade="p1", male=5)
            make_school(world.near, f"รวม {number}", 100 + number, closed_on=date(2020, 1, 1), merged_into=world.school)
            world.school.phone = str(number)
            world.school.save()
        return queries_of(as_clerk, world.school.get_absolute_url())

    assert grow(0, 1) == grow(1, 50)


def test_the_page_of_a_school_shows_pupils_with_totals(as_clerk, varied):
    Enrolment.objects.create(school=varied.school, academic_year=2569, grade="k2", male=1, female=2, rooms=1)
    response = as_clerk.get(varied.school.get_absolute_url())

    (year,) = response.context["years"]
    assert [row.grade for row in year.grades] == ["k2", "p1"]
    assert (year.male, year.female, year.total, year.rooms) == (101, 23, 124, 1)
    page = response.content.decode()
    assert "ขนาดกลาง" in page
    assert "ไทยรัฐวิทยา ๗๕" in page
    assert "ประวัติการแก้ไข" in page


def test_other_apps_bring_panels_to_the_page_of_a_school(as_clerk, world):
    def status_again(request, school):
        return ("schools/_status.html", {"of": school}) if request.user == world.clerk else None

    before = as_clerk.get(world.school.get_absolute_url()).content.decode().count("เปิดสอน")
    panels.add(status_again)
    panels.add(status_again)
    try:
        clerk_sees = as_clerk.get(world.school.get_absolute_url()).content.decode().count("เปิดสอน")
        as_clerk.force_login(world.supervisor)
        other_sees = as_clerk.get(world.school.get_absolute_url()).content.decode().count("เปิดสอน")
    finally:
        panels.remove(status_again)
    assert (clerk_sees, other_sees) == (before + 1, before)


def test_history_is_shown_to_those_who_keep_the_register(client, world):
    client.force_login(world.supervisor)
    page = client.get(world.school.get_absolute_url()).content.decode()
    assert "ประวัติการแก้ไข" not in page
    assert "school-edit" not in page
    assert reverse("schools:school-edit", args=[world.school.pk]) not in page


def form_of(school, **changes):
    fields = (
        "name",
        "smis_code",
        "group",
        "levels",
        "subdistrict",
        "district",
        "province",
        "phone",
        "email",
        "opened_on",
    )
    values = {name: getattr(school, f"{name}_id" if name == "group" else name) or "" for name in fields}
    return values | changes


def test_editing_reaches_the_history_with_the_name_of_the_editor(as_clerk, world):
    response = as_clerk.post(
        reverse("schools:school-edit", args=[world.school.pk]),
        form_of(world.school, phone="๐๒ ๑๑๑", opened_on="1 พ.ค. 2500", smis_code=""),
        follow=True,
    )

    world.school.refresh_from_db()
    assert (world.school.opened_on, world.school.smis_code) == (date(1957, 5, 1), None)
    assert world.school.history.first().history_user == world.clerk
    assert "แก้ไขข้อมูลโรงเรียน" in response.content.decode()


def test_a_code_of_another_school_is_refused_in_thai(as_clerk, world):
    response = as_clerk.post(
        reverse("schools:school-edit", args=[world.other.pk]), form_of(world.other, smis_code="10010001")
    )
    assert response.status_code == 422
    assert "มีโรงเรียนที่ใช้รหัส SMIS นี้แล้ว" in response.content.decode()


def test_closing_and_merging_from_the_page(as_clerk, world):
    third = make_school(world.near, "สาม", 9)
    as_clerk.post(reverse("schools:school-close", args=[third.pk]), {"on": "16/5/2569"})
    as_clerk.post(reverse("schools:school-merge", args=[world.school.pk]), {"on": "16 พ.ค. 69", "into": world.other.pk})

    assert School.objects.get(pk=third.pk).closed_on == date(2026, 5, 16)
    assert School.objects.get(pk=world.school.pk).merged_into == world.other
    page = as_clerk.get(world.school.get_absolute_url()).content.decode()
    assert "รวมกับโรงเรียนอื่น" in page
    assert reverse("schools:school-close", args=[world.school.pk]) not in page
    refused = as_clerk.post(reverse("schools:school-close", args=[third.pk]), {"on": "1/6/2569"})
    assert refused.status_code == 422
    assert "ยุบเลิกแล้วเมื่อ 16 พฤษภาคม 2569" in refused.content.decode()


def test_a_day_that_does_not_exist_is_said_so(as_clerk, world):
    response = as_clerk.post(reverse("schools:school-close", args=[world.school.pk]), {"on": "29/2/2568"})
    assert "มี 28 วัน" in response.content.decode()


@pytest.mark.parametrize("who", ["supervisor", "director", "school_head", "far_clerk", "stranger"])
@pytest.mark.parametrize("name", ["school-edit", "school-close", "school-merge"])
def test_pages_of_change_do_not_exist_for_others(client, world, who, name):
    client.force_login(getattr(world, who))
    url = reverse(f"schools:{name}", args=[world.school.pk])
    assert client.get(url).status_code == 404
    assert client.post(url, {"on": "16/5/2569", "into": world.other.pk}).status_code == 404


# -- Groups --------------------------------------------------------------------------------------------------------


def test_a_group_is_made_filled_emptied_and_deleted(as_clerk, world):
    as_clerk.post(
        reverse("schools:group-new", args=[world.near.pk]), {"name": "รัตนโกสินทร์", "schools": [world.school.pk]}
    )
    group = SchoolGroup.objects.get(name="รัตนโกสินทร์")
    assert set(group.schools.all()) == {world.school}

    page = as_clerk.post(reverse("schools:group-delete", args=[group.pk]), follow=True).content.decode()
    assert "ยังมี 1 โรงเรียน" in page
    as_clerk.post(reverse("schools:group-edit", args=[group.pk]), {"name": "ใหม่", "schools": []})
    as_clerk.post(reverse("schools:group-delete", args=[group.pk]))
    assert set(SchoolGroup.objects.all()) == {world.group}
    assert world.school.history.first().history_change_reason == "ออกจากกลุ่มใหม่"


def test_a_closed_school_stays_in_its_group_when_the_group_is_saved(as_clerk, world):
    """Its results still count to the group for the days before it closed."""
    School.objects.filter(pk=world.other.pk).update(closed_on=date(2026, 5, 16))
    url = reverse("schools:group-edit", args=[world.group.pk])
    page = as_clerk.get(url)

    offered = [str(school) for school in page.context["form"].fields["schools"].queryset]
    as_clerk.post(url, {"name": "ทวาราวดี", "schools": page.context["form"]["schools"].value()})

    assert offered == ["โรงเรียนพญาไท", "โรงเรียนวัดสุทธิ"]
    assert "พญาไท (ยุบเลิก)" in page.content.decode()
    assert set(world.group.schools.all()) == {world.school, world.other}


def test_a_second_group_of_one_name_is_refused_in_thai(as_clerk, world):
    response = as_clerk.post(reverse("schools:group-new", args=[world.near.pk]), {"name": " ทวาราวดี "})
    assert response.status_code == 422
    assert "มีกลุ่มโรงเรียนชื่อนี้แล้ว" in response.content.decode()


@pytest.mark.parametrize("who", ["supervisor", "school_head", "far_clerk"])
def test_groups_are_changed_by_their_keepers_only(client, world, who):
    client.force_login(getattr(world, who))
    for url in (
        reverse("schools:group-edit", args=[world.group.pk]),
        reverse("schools:group-new", args=[world.near.pk]),
    ):
        assert client.get(url).status_code == 404
    assert client.post(reverse("schools:group-delete", args=[world.group.pk])).status_code == 404


def test_the_list_of_groups_costs_the_same_for_one_or_many(as_clerk, world):
    one = queries_of(as_clerk, reverse("schools:group-list"))
    for number in range(50):
        group = SchoolGroup.objects.create(area=world.near, name=f"กลุ่ม {number}")
        make_school(world.near, f"วัดที่ {number}", 100 + number, group=group)

    assert queries_of(as_clerk, reverse("schools:group-list")) == one


def test_the_page_of_a_group_costs_the_same_for_one_school_or_many(as_clerk, world):
    url = reverse("schools:group-edit", args=[world.group.pk])
    one = queries_of(as_clerk, url)
    for number in range(50):
        make_school(
            world.near,
            f"วัดที่ {number}",
            100 + number,
            group=SchoolGroup.objects.create(area=world.near, name=f"กลุ่ม {number}"),
        )

    assert queries_of(as_clerk, url) == one


# -- Export --------------------------------------------------------------------------------------------------------


def test_the_csv_opens_in_excel_and_comes_back_unchanged(as_clerk, varied):
    School.objects.filter(pk=varied.school.pk).update(phone="=HYPERLINK(1)", email="+a@b.co")
    response = as_clerk.get(reverse("schools:school-export", args=["csv"]), {"status": "all"})

    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    row = next(row for row in rows if row["ชื่อสถานศึกษา(ไทย)"] == "วัดสุทธิ")
    assert len(rows) == 4
    assert (row["โทรศัพท์"], row["อีเมล"]) == ("'=HYPERLINK(1)", "'+a@b.co")
    assert (row["จำนวนนักเรียนล่าสุด"], row["ขนาดโรงเรียน"], row["สถานะ"]) == ("121", "ขนาดกลาง", "เปิดสอน")
    job = preview_import("schools", response.content, file_name="a.csv", area=varied.near, by=varied.clerk)
    assert (job.unchanged, job.rows) == (4, 4)


def test_the_workbook_holds_texts_and_no_formula(as_clerk, world):
    School.objects.filter(pk=world.school.pk).update(phone="=1+1")
    response = as_clerk.get(reverse("schools:school-export", args=["xlsx"]), {"q": "สุทธิ"})

    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = list(sheet.iter_rows())
    assert len(rows) == 2
    assert not any(cell.data_type == "f" for cell in rows[1])
    assert {cell.value for cell in rows[1]} >= {"1010700001", "วัดสุทธิ", "'=1+1"}


def test_an_export_holds_only_what_the_person_may_see(client, world):
    client.force_login(world.school_head)
    text = client.get(reverse("schools:school-export", args=["csv"])).content.decode()
    assert "วัดสุทธิ" in text
    assert "พญาไท" not in text
    assert client.get(reverse("schools:school-export", args=["pdf"])).status_code == 404
    assert not ImportJob.objects.exists()
