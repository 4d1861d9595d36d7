"""A dossier holds all that its asker may see of a record, in order, each piece with its digest."""

import csv
import hashlib
import io
import uuid
import zipfile
from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from correspondence.services.papers import create_paper, decide, submit
from documents import kinds
from instruments.models import Attachment
from jobs.making import FileRefused
from reports.dossiers.making import DIGESTS, INDEX, ask_for, dossiers
from reports.dossiers.pieces import Piece, placed
from reports.dossiers.subjects import SUBJECTS
from reports.models import Dossier
from tests.networks.gatherings import make_activity, make_meeting, make_participant
from tests.standing.district import settle_network, settle_people, settle_visit
from tests.supervision.factories import make_recommendation, make_visit, put
from workflows.models import Notice

PDF = b"%PDF-1.7"


@pytest.fixture
def office(world, monkeypatch):
    """One visit with everything in it. What is asked here is which documents are in it, not what they look like."""
    monkeypatch.setattr(kinds, "render_pdf", lambda html, *args, **options: PDF + html.encode())
    settle_people(world)
    world.visit = settle_visit(world, "released")
    return world


@pytest.fixture
def ask(office):
    def asking(kind="visit", subject=None, *, by=office.head) -> Dossier:
        return ask_for(kind, subject or office.visit, ask=uuid.uuid4(), by=by)

    return asking


def opened(dossier: Dossier) -> zipfile.ZipFile:
    with default_storage.open(dossier.file.name) as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def test_a_visits_dossier_has_its_record_forms_pictures_evidence_and_history(ask, office):
    dossier = ask()

    archive = opened(dossier)
    names = archive.namelist()
    assert dossier.status == Dossier.DONE
    assert [name for name in names if "/" not in name] == [
        "01 บันทึกผลการนิเทศ.pdf", "05 ประวัติการดำเนินการและลายนิ้วมือ.csv", INDEX, DIGESTS,
    ]  # fmt: skip
    for folder in ("02 แบบนิเทศ/", "03 ภาพกิจกรรม/", "04 ข้อเสนอแนะ"):
        assert any(name.startswith(folder) for name in names), folder
    index = archive.read(INDEX).decode()
    assert all(row["path"] in index and row["sha256"] in index for row in dossier.contents)


def test_every_piece_is_found_again_by_its_digest(ask):
    dossier = ask()

    archive = opened(dossier)
    sums = dict(reversed(line.split("  ", 1)) for line in archive.read(DIGESTS).decode().splitlines())
    assert sums == {row["path"]: row["sha256"] for row in dossier.contents}
    for name, digest in sums.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    with default_storage.open(dossier.file.name) as file:
        assert hashlib.sha256(file.read()).hexdigest() == dossier.sha256


def test_answers_are_a_table_that_runs_nothing_in_a_spreadsheet(ask, office):
    response = office.form.response
    type(response).objects.filter(pk=response.pk).update(answers={"A1": {"v": 5, "note": "=cmd()"}})

    archive = opened(ask())

    (name,) = [name for name in archive.namelist() if "คำตอบ" in name]
    rows = list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
    assert rows[0] == ["ตอน", "ข้อ", "คำถาม", "คำตอบ", "หมายเหตุ"]
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_official_papers_about_a_record_lie_in_its_dossier_once_they_are_signed_unless_secret(ask, office):
    def write(subject, *, of=office.visit, secrecy=""):
        words = {"subject": subject, "to": "ผอ.", "body": "ด้วย", "secrecy": secrecy}
        return create_paper(area=office.area, kind="memo", by=office.supervisor, source=of, **words)

    def sign(paper):
        submit(paper, by=office.supervisor)
        decide(paper, by=office.head, word="เห็นควรอนุมัติ")
        decide(paper, by=office.director, word="อนุมัติ")

    sign(write("รายงานผลการนิเทศ"))
    sign(write("เรื่องลับ", secrecy="secret"))
    sign(write("ของการนิเทศอื่น", of=make_visit(office.school, office.supervisor)))
    write("ยังเป็นร่าง")

    names = opened(ask()).namelist()

    assert [name.partition("/")[2] for name in names if "หนังสือราชการ" in name] == [
        "01 บันทึกข้อความ ที่ ศธ 04009-1 รายงานผลการนิเทศ.pdf"
    ]


def test_what_the_store_lost_is_said_and_the_rest_is_there(ask, office, signed_in):
    default_storage.delete(office.photo.image.name)

    dossier = ask()

    assert dossier.status == Dossier.DONE
    assert [row["title"] for row in dossier.missing] == [str(office.photo)]
    assert "ไฟล์หาย" in opened(dossier).read(INDEX).decode()
    page = signed_in(office.head).get(dossier.get_absolute_url()).content.decode()
    assert "ไฟล์ที่หายจากที่เก็บ" in page


def test_a_schools_dossier_has_a_folder_for_each_visit_that_the_asker_sees(ask, office):
    make_visit(office.school, office.supervisor, state="cancelled")
    make_visit(office.other_school, office.supervisor, state="released")

    names = opened(ask("school", office.school)).namelist()

    folders = {name.split("/")[0] for name in names if "/" in name}
    assert len(folders) == 2  # the visit, and the one before it
    assert all("การนิเทศ" in folder for folder in folders)


def test_many_visits_are_named_in_as_many_queries_as_few(office):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert list(SUBJECTS["school"].pieces(office.school, office.head))
        return len(queries)

    few = asked()
    for _ in range(3):
        visit = make_visit(office.school, office.supervisor, state="released", instruments=[office.instrument])
        make_recommendation(visit, "จัดทำปฏิทินนิเทศภายใน")
    assert asked() <= few


def test_a_networks_dossier_has_members_and_what_was_signed(ask, office):
    settle_network(office)

    archive = opened(ask("network", office.network))

    assert "มหาวิทยาลัยใกล้เคียง" in archive.read("01 สมาชิก.csv").decode("utf-8-sig")
    assert archive.read("02 ข้อตกลงและคำสั่ง/01 คำสั่งแต่งตั้ง.pdf") == PDF


def test_a_networks_dossier_has_who_came_where_it_met_and_a_report_on_each_year(ask, office):
    settle_network(office)
    then = {"day": date(2026, 1, 20), "fiscal_year": 2569}
    make_participant(make_meeting(office, "minuted", title="วางแผน", **then), came=True)
    make_participant(make_activity(office, "reported", title="เปิดชั้นเรียน", **then), came=True)

    names = opened(ask("network", office.network)).namelist()

    assert [name.split("/")[1] for name in names if "วางแผน/" in name][:3] == [
        "01 หนังสือเชิญประชุม.pdf", "02 บัญชีรายชื่อผู้เข้าร่วม.pdf", "03 รายงานการประชุม.pdf",
    ]  # fmt: skip
    assert [name.split("/")[1] for name in names if "เปิดชั้นเรียน/" in name][:1] == ["01 บัญชีรายชื่อผู้เข้าร่วม.pdf"]
    reports = [name.partition(" ")[2] for name in names if "/" not in name and "รายงานผล" in name]
    assert reports[0] == "รายงานผลการดำเนินงาน ปีงบประมาณ 2569.pdf"


@pytest.mark.parametrize("who", ["committee", "clerk", "school_head", "teacher", "far_head", "stranger"])
def test_others_have_no_dossier_of_it(office, signed_in, who):
    client = signed_in(getattr(office, who))
    page = reverse("reports:dossier-new", args=["school", office.school.pk])

    assert client.get(page).status_code == 404
    assert client.post(page).status_code == 404
    assert not Dossier.objects.exists()


def test_who_no_longer_sees_the_record_gets_no_file(office, ask, monkeypatch):
    monkeypatch.setattr(dossiers, "at_once", 0)
    dossier = ask()
    Dossier.objects.filter(pk=dossier.pk).update(object_id=make_visit(office.far_school, office.far_supervisor).pk)

    dossiers.run(dossier.pk, told=True)

    dossier.refresh_from_db()
    assert (dossier.status, dossier.file.name) == (Dossier.FAILED, "")
    assert "สิทธิ์" in dossier.message
    assert Notice.objects.filter(user=office.head, text__contains="ทำไม่สำเร็จ").exists()
    with pytest.raises(FileRefused):
        dossiers.pieces(dossier)


def test_the_page_tells_what_will_be_in_it_and_pressing_makes_it(office, signed_in):
    client = signed_in(office.supervisor)
    visit = client.get(office.visit.get_absolute_url()).content.decode()
    page = reverse("reports:dossier-new", args=["visit", office.visit.pk])
    assert page in visit

    shown = client.get(page).content.decode()
    answer = client.post(page, {"ask": str(uuid.uuid4())}, follow=True)

    assert "02 แบบนิเทศ" in shown
    assert "ไฟล์พร้อมแล้ว" in answer.content.decode()
    download = client.get(reverse("reports:dossier-download", args=[Dossier.objects.get().pk]))
    assert download["Content-Disposition"].startswith("attachment")
    assert zipfile.is_zipfile(io.BytesIO(b"".join(download.streaming_content)))
    assert signed_in(office.head).get(Dossier.objects.get().get_absolute_url()).status_code == 404


def test_names_sort_as_they_were_put_in_and_every_system_can_unpack_them():
    def piece(name, *folders):
        return Piece(name, name, bytes, folders)

    long = "ก" * 500
    paths = [
        path
        for path, _ in placed(
            [
                piece("ข.pdf"),
                piece("ก.pdf", "แฟ้ม/../เอ"),
                piece("ก.pdf", "แฟ้ม/../เอ"),
                piece(f"{long}.jpg"),
                piece(".."),
                piece("ก.pdf", "ก" * 59 + ". ครั้งที่ 2"),
            ]
        )
    ]

    assert paths == sorted(paths)
    assert len(set(paths)) == len(paths)
    assert not any(part in ("", ".", "..") for path in paths for part in path.split("/"))
    assert max(len(part) for path in paths for part in path.split("/")) <= 70
    assert paths[3].endswith(".jpg")
    assert not any(part.endswith((".", " ")) for path in paths for part in path.split("/"))


def test_a_dossier_is_saved_under_a_name_that_every_system_takes():
    name = dossiers.filename(Dossier(pk=7, kind=Dossier.VISIT, subject=f"โรงเรียน/วัด: {'ก' * 290}"))

    assert name.startswith("DS-00007 แฟ้มหลักฐานการนิเทศ โรงเรียน-วัด- กก")
    assert name.endswith(".zip")
    assert len(name.encode()) <= 255


def test_a_picture_is_called_what_it_is_whatever_its_sender_called_it(ask, office):
    Attachment.objects.filter(pk=office.attachment.pk).update(original_name="ภาพ\u202egpj.exe")

    names = opened(ask()).namelist()

    assert [name for name in names if "ไฟล์แนบ" in name] == ["02 แบบนิเทศ/03 ไฟล์แนบ/01 ภาพgpj.exe.jpg"]


def test_a_cancelled_visit_still_has_its_dossier(office, ask):
    dossier = ask(subject=put(office.visit, "cancelled"))

    assert dossier.status == Dossier.DONE
