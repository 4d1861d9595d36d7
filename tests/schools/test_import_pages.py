"""The import step by step: look, confirm, see what became of it. Nothing is written before the confirmation."""

import csv
import io
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from schools import imports
from schools.imports import DataChangedError, ImportRefusedError, cancel_import, confirm_import, preview_import
from schools.models import AreaOffice, Enrolment, ImportJob, School
from schools.tabular import MAX_BYTES
from tests.schools.conftest import queries_of

HEAD = "area_code,smis_code_8,obec_code_10,name_th,phone,seq"
GOOD = "1001,,1010729999,วัดใหม่,,1"
CHANGED = "1001,10010001,1010700001,วัดสุทธิ,02 111 2222,2"
SAME = "1001,,1010700002,พญาไท,,3"
BAD = "1402,,1010700003,บ้านไกล,=1+1,4"
FILE = f"{HEAD}\n{GOOD}\n{CHANGED}\n{SAME}\n{BAD}"


def upload(client, text=FILE, **fields):
    data = text if isinstance(text, bytes) else text.encode("utf-8-sig")
    return client.post(
        reverse("schools:import-new"),
        {"kind": "schools", "file": SimpleUploadedFile("ทะเบียน.csv", data), **fields},
    )


@pytest.fixture
def job(world):
    return preview_import("schools", FILE.encode(), file_name="a.csv", area=world.near, by=world.clerk)


def register():
    return list(School.objects.order_by("pk").values())


def test_the_preview_shows_each_row_and_writes_nothing(as_clerk, world):
    before = register()

    response = upload(as_clerk, area=world.near.pk)
    page = as_clerk.get(response.url).content.decode()

    assert register() == before
    job = ImportJob.objects.get()
    assert (job.created, job.changed, job.unchanged, job.refused, job.state) == (1, 1, 1, 1, "previewed")
    for text in (
        "ตรวจตัวอย่างก่อนนำเข้า",
        "สร้างใหม่",
        "02 111 2222",
        "คงเดิม",
        "ไม่ใช่สพป.ใกล้",
        "คอลัมน์ในไฟล์ที่ไม่ได้ใช้: seq",
        "ทะเบียน.csv",
    ):
        assert text in page


@pytest.mark.parametrize(
    ("show", "codes"),
    [
        ("create", ["1010729999"]),
        ("change", ["1010700001"]),
        ("same", ["1010700002"]),
        ("refuse", ["1010700003"]),
        ("warn", []),
        ("", ["1010729999", "1010700001", "1010700002", "1010700003"]),
        ("nonsense", ["1010729999", "1010700001", "1010700002", "1010700003"]),
    ],
)
def test_the_preview_can_be_narrowed_to_one_outcome(as_clerk, job, show, codes):
    response = as_clerk.get(job.get_absolute_url(), {"show": show})
    assert [row.code for row in response.context["page"]] == codes


def test_confirming_writes_the_good_rows_and_keeps_the_report(as_clerk, job, world):
    response = as_clerk.post(reverse("schools:import-confirm", args=[job.pk]), follow=True)

    job.refresh_from_db()
    assert (job.state, job.decided_by) == ("confirmed", world.clerk)
    assert School.objects.filter(obec_code="1010729999").exists()
    world.school.refresh_from_db()
    assert world.school.phone == "02 111 2222"
    assert world.school.history.first().history_user == world.clerk
    world.distant.refresh_from_db()
    assert world.distant.phone == ""
    page = response.content.decode()
    assert "ผลการนิเทศ" not in page
    assert "ผลการนำเข้า" in page
    assert "ยืนยันนำเข้า" not in page


def test_refused_rows_can_be_taken_away_mended_and_brought_again(as_clerk, job, world):
    response = as_clerk.get(reverse("schools:import-refused", args=[job.pk]))

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert rows[0][:2] == ["แถวที่ในไฟล์เดิม", "เหตุผลที่ไม่รับ"]
    (refused,) = rows[1:]
    assert refused[0] == "5"
    assert "ไม่ใช่สพป.ใกล้" in refused[1]
    assert "'=1+1" in refused
    again = preview_import("schools", response.content, file_name="b.csv", area=world.near, by=world.clerk)
    assert again.refused == 1


def test_cancelling_leaves_the_register_as_it_was(as_clerk, job, world):
    before = register()
    as_clerk.post(reverse("schools:import-cancel", args=[job.pk]))

    job.refresh_from_db()
    assert (job.state, bytes(job.table)) == ("cancelled", b"")
    assert register() == before
    with pytest.raises(ImportRefusedError, match="ยกเลิกแล้วโดย ธุรการ"):
        confirm_import(job, by=world.head)
    assert as_clerk.get(job.get_absolute_url()).status_code == 200


def test_data_that_changed_after_the_preview_is_shown_again_first(as_clerk, job, world):
    School.objects.filter(pk=world.school.pk).update(phone="02 999 9999")

    response = as_clerk.post(reverse("schools:import-confirm", args=[job.pk]), follow=True)

    assert "เปลี่ยนไปหลังจากที่แสดงตัวอย่าง" in response.content.decode()
    assert "02 999 9999" in response.content.decode()
    assert not School.objects.filter(obec_code="1010729999").exists()
    job.refresh_from_db()
    assert (job.state, job.decided_by) == ("previewed", None)
    as_clerk.post(reverse("schools:import-confirm", args=[job.pk]))
    world.school.refresh_from_db()
    assert world.school.phone == "02 111 2222"


def test_a_code_taken_meanwhile_sends_back_to_the_preview(job, world):
    School.objects.create(area=world.far, obec_code="1010729999", name="มาก่อน")

    with pytest.raises(DataChangedError):
        confirm_import(job, by=world.clerk)

    job.refresh_from_db()
    assert (job.state, job.created, job.refused) == ("previewed", 0, 2)
    world.school.refresh_from_db()
    assert world.school.phone == ""


def test_a_confirmed_import_is_not_done_twice(job, world):
    confirm_import(job, by=world.clerk)
    stale = ImportJob.objects.get(pk=job.pk)
    for decide in (confirm_import, cancel_import):
        with pytest.raises(ImportRefusedError, match="นำเข้าแล้วโดย ธุรการ"):
            decide(stale, by=world.head)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_confirm_at_once_one_wins(world):
    job = preview_import("schools", FILE.encode(), file_name="a.csv", area=world.near, by=world.clerk)
    barrier, answers = threading.Barrier(2), []

    def confirm(person):
        try:
            mine = ImportJob.objects.get(pk=job.pk)
            barrier.wait()
            confirm_import(mine, by=person)
            answers.append("done")
        except ImportRefusedError as error:
            answers.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=[person]) for person in (world.clerk, world.head)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer == "done" for answer in answers) == [False, True]
    assert any("ไปก่อนแล้ว" in answer for answer in answers)
    assert School.objects.filter(obec_code="1010729999").count() == 1
    assert School.history.filter(obec_code="1010729999").count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_what_names_the_office_is_written_while_an_import_goes_on(world, job, monkeypatch):
    reached, done, run = threading.Event(), threading.Event(), imports.run

    def paused(*args, **kwargs):
        reached.set()
        done.wait(10)
        return run(*args, **kwargs)

    def confirm() -> None:
        try:
            confirm_import(ImportJob.objects.get(pk=job.pk), by=world.clerk)
        finally:
            connection.close()

    monkeypatch.setattr(imports, "run", paused)
    importing = threading.Thread(target=confirm)
    importing.start()
    try:
        assert reached.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        ImportJob.objects.create(kind="schools", area=world.near, uploaded_by=world.clerk)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
        done.set()
        importing.join(timeout=30)

    assert ImportJob.objects.get(pk=job.pk).state == "confirmed"


# -- Who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["supervisor", "director", "committee", "school_head", "far_clerk", "stranger"])
def test_others_find_no_import(client, job, world, who):
    client.force_login(getattr(world, who))
    for name in ("import-detail", "import-refused"):
        assert client.get(reverse(f"schools:{name}", args=[job.pk])).status_code == 404
    for name in ("import-confirm", "import-cancel"):
        assert client.post(reverse(f"schools:{name}", args=[job.pk])).status_code == 404
    job.refresh_from_db()
    assert job.state == "previewed"


@pytest.mark.parametrize(
    ("who", "status"), [("clerk", 200), ("head", 200), ("admin", 200), ("supervisor", 404), ("school_head", 404)]
)
def test_only_register_keepers_and_administrators_find_the_way_in(client, world, who, status):
    client.force_login(getattr(world, who))
    for url in (
        reverse("schools:import-list"),
        reverse("schools:import-new"),
        reverse("schools:import-template", args=["schools"]),
    ):
        assert client.get(url).status_code == status


def test_a_clerk_cannot_choose_another_area(as_clerk, world):
    response = upload(as_clerk, area=world.far.pk)
    assert response.status_code == 422
    assert not ImportJob.objects.exists()


def test_an_administrator_imports_across_areas_and_makes_them(client, world):
    client.force_login(world.admin)
    response = upload(
        client,
        "area_code,area_name,obec_code_10,name_th\n3401,สพป.อุบลราชธานี เขต 1,1034710032,บ้านหมากมี่\n1402,,1010700003,บ้านไกล\n",
    )
    client.post(f"{response.url}confirm/")

    assert School.objects.get(obec_code="1034710032").area == AreaOffice.objects.get(code="3401")
    assert ImportJob.objects.get().state == "confirmed"


# -- Files that are not taken --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n", "ไฟล์นี้เป็นรูปภาพ"),
        (b"", "ไฟล์นี้ว่างเปล่า"),
        ("ชื่อ\nก\n".encode(), "ขาดคอลัมน์ รหัสโรงเรียน 10 หลัก"),
        (b"x" * (MAX_BYTES + 1), "ใหญ่เกิน 20 MB"),
        (b"x" * (MAX_BYTES * 2), "ใหญ่เกิน 20 MB"),
    ],
    ids=["picture", "empty", "columns", "a-little-too-large", "far-too-large"],
)
def test_a_file_that_is_not_taken_is_refused_on_the_page(as_clerk, world, data, sentence):
    response = upload(as_clerk, data, area=world.near.pk)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not ImportJob.objects.exists()


def test_a_file_far_too_large_is_never_stored(as_clerk, world, monkeypatch):
    kept = []
    monkeypatch.setattr(
        "django.core.files.uploadhandler.TemporaryFileUploadHandler.new_file", lambda *a, **k: kept.append(a)
    )
    upload(as_clerk, b"x" * (MAX_BYTES * 2), area=world.near.pk)
    assert kept == []


def test_the_upload_still_asks_for_the_token_of_the_form(world):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.clerk)
    assert upload(strict, area=world.near.pk).status_code == 403
    assert not ImportJob.objects.exists()


def test_without_a_file_the_page_says_so(as_clerk, world):
    response = as_clerk.post(reverse("schools:import-new"), {"kind": "schools", "area": world.near.pk})
    assert "โปรดเลือกไฟล์ที่จะนำเข้า" in response.content.decode()


# -- Enrolment and the rest ----------------------------------------------------------------------------------------


def test_enrolment_goes_the_same_way(as_clerk, world):
    response = upload(
        as_clerk, "รหัสโรงเรียน,ปีการศึกษา,ชั้น,ชาย,หญิง\n1010700001,2569,ป.1,3,4\n", kind="enrolment", area=world.near.pk
    )
    assert not Enrolment.objects.exists()
    as_clerk.post(f"{response.url}confirm/")
    assert Enrolment.objects.get().total == 7


@pytest.mark.parametrize("kind", ["schools", "enrolment", "results"])
def test_the_template_has_headings_that_the_import_knows(as_clerk, kind):
    heading = (
        as_clerk.get(reverse("schools:import-template", args=[kind])).content.decode("utf-8-sig").strip().split(",")
    )
    known = imports.RESOURCES[kind].columns
    assert None not in [known.find(cell) for cell in heading]


def test_the_list_and_the_preview_cost_the_same_for_one_row_or_many(as_clerk, world):
    def grow(start: int, end: int) -> tuple[int, int]:
        lines = "\n".join(f"1001,,{1010720000 + n},วัดที่ {n},,{n}" for n in range(end))
        for _ in range(start, end):
            job = preview_import(
                "schools", f"{HEAD}\n{lines}".encode(), file_name="a.csv", area=world.near, by=world.clerk
            )
        return queries_of(as_clerk, reverse("schools:import-list")), queries_of(as_clerk, job.get_absolute_url())

    assert grow(0, 1) == grow(1, 50)
