"""The register in the Django admin."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from schools.models import AcademicYear, Enrolment, ExamResult, ImportJob, ImportKind, School, SchoolGroup

MODELS = ["areaoffice", "school", "schoolgroup", "enrolment", "examresult", "academicyear", "importjob"]


@pytest.fixture
def as_admin(client, world):
    client.force_login(world.admin)
    return client


@pytest.mark.parametrize("model", MODELS)
def test_each_list_opens(as_admin, model):
    assert as_admin.get(reverse(f"admin:schools_{model}_changelist")).status_code == 200


@pytest.mark.parametrize("model", ["areaoffice", "school", "schoolgroup"])
def test_history_opens(as_admin, world, model):
    obj = {"areaoffice": world.near, "school": world.school, "schoolgroup": world.group}[model]
    assert as_admin.get(reverse(f"admin:schools_{model}_history", args=[obj.pk])).status_code == 200


def test_a_school_with_results_is_not_deleted_and_closing_is_named_instead(as_admin, world):
    Enrolment.objects.create(school=world.school, academic_year=2569, grade="p1", male=1)

    response = as_admin.post(
        reverse("admin:schools_school_delete", args=[world.school.pk]), {"post": "yes"}, follow=True
    )

    assert School.objects.filter(pk=world.school.pk).exists()
    assert "โปรดบันทึกการยุบเลิกหรือรวมโรงเรียนแทน" in response.content.decode()


def test_a_group_with_schools_is_not_deleted(as_admin, world):
    response = as_admin.get(reverse("admin:schools_schoolgroup_delete", args=[world.group.pk]), follow=True)
    assert "โปรดย้ายโรงเรียนไปกลุ่มอื่นก่อน" in response.content.decode()
    assert SchoolGroup.objects.filter(pk=world.group.pk).exists()


def test_a_school_that_nothing_points_to_may_be_deleted(as_admin, world):
    as_admin.post(reverse("admin:schools_school_delete", args=[world.distant.pk]), {"post": "yes"})
    assert not School.objects.filter(pk=world.distant.pk).exists()


@pytest.mark.parametrize(
    ("model", "kind"), [("school", "schools"), ("enrolment", "enrolment"), ("examresult", "results")]
)
def test_import_in_the_admin_is_the_import_of_the_product(as_admin, model, kind):
    response = as_admin.get(reverse(f"admin:schools_{model}_import"))
    assert response.url == f"{reverse('schools:import-new')}?kind={kind}"


@pytest.mark.parametrize(
    ("model", "row"),
    [
        ("areaoffice", {"1001", "สพป.ใกล้"}),
        ("school", {"1010700001", "วัดสุทธิ", "ทวาราวดี", "'=1+1"}),
        ("enrolment", {"1010700001", "2569", "ป.1", "3", "4", "7"}),
        ("examresult", {"1010700001", "2568", "NT", "ป.3", "ภาษาไทย", "52.70", "ประกาศผล"}),
    ],
)
def test_export_in_the_admin_is_a_workbook_under_thai_headings(as_admin, world, model, row):
    School.objects.filter(pk=world.school.pk).update(phone="=1+1")
    Enrolment.objects.create(school=world.school, academic_year=2569, grade="p1", male=3, female=4)
    ExamResult.objects.create(
        school=world.school, academic_year=2568, exam="nt", grade="p3", subject="thai", tested=30, mean="52.7"
    )

    response = as_admin.get(reverse(f"admin:schools_{model}_export"))

    heading, *rows = openpyxl.load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)
    assert not any(cell.isascii() for cell in heading)
    assert any(row <= {str(cell) for cell in cells} for cells in rows)


def test_the_year_table_is_typed_and_shown_in_buddhist_years(as_admin, world):
    as_admin.post(
        reverse("admin:schools_academicyear_add"),
        {
            "area": world.near.pk,
            "year": "2563",
            "semester1_start": "1 ก.ค. 2563",
            "semester1_end": "13/11/63",
            "semester2_start": "1/12/2563",
            "semester2_end": "9 เม.ย. 2564",
            "ends_on": "15 พ.ค. 2564",
        },
    )

    year = AcademicYear.objects.get()
    assert (year.semester1_start, year.ends_on) == (date(2020, 7, 1), date(2021, 5, 15))
    page = as_admin.get(reverse("admin:schools_academicyear_changelist")).content.decode()
    assert "1 ก.ค. – 13 พ.ย. 2563" in page
    assert "2020" not in strip_tags(page)


def test_a_moment_is_shown_in_buddhist_years_in_the_list_and_on_the_page(as_admin, world):
    job = ImportJob.objects.create(kind=ImportKind.SCHOOLS, area=world.near, file_name="a.csv", uploaded_by=world.clerk)
    ImportJob.objects.filter(pk=job.pk).update(uploaded_at=datetime(2026, 3, 5, 2, 30, tzinfo=UTC))

    for url in (
        reverse("admin:schools_importjob_changelist"),
        reverse("admin:schools_importjob_change", args=[job.pk]),
    ):
        page = as_admin.get(url).content.decode()
        assert "5 มี.ค. 2569 09.30 น." in page
        assert "2026" not in strip_tags(page)


def test_imports_are_only_read(as_admin):
    assert as_admin.get(reverse("admin:schools_importjob_add")).status_code == 403
