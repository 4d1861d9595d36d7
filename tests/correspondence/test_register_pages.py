"""The registers on the screen, on paper and as a workbook."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.renderer import CHOOSE_AGAIN
from correspondence.models import Entry
from correspondence.services.registers import cancel
from documents.kinds import document_html, render_document
from tests.correspondence.papers import a_pdf
from tests.documents.reading import by_pypdf

IN = "/correspondence/registers/in/"


def test_the_clerk_enters_a_letter_with_its_file_and_everybody_of_the_office_reads_it(world, client):
    client.force_login(world.clerk)
    data = {"ref": "ศธ ๐๔๐๐๙/๑๒", "dated_on": "1/11/2569", "sender": "สพฐ.", "to": "ผอ.สพป.", "subject": "ขอเชิญประชุม"}
    answer = client.post(f"{IN}new/", data | {"upload": a_pdf()})
    entry = Entry.objects.get()
    client.force_login(world.supervisor)

    assert answer["Location"] == entry.get_absolute_url()
    assert "ขอเชิญประชุม" in client.get(entry.get_absolute_url()).content.decode()
    letter = client.get(f"{entry.get_absolute_url()}letter.pdf")
    assert b"".join(letter.streaming_content).startswith(b"%PDF")
    assert letter["Content-Disposition"].startswith("attachment")


def test_what_was_typed_stays_where_the_number_is_refused(world, client):
    client.force_login(world.clerk)

    answer = client.post(f"{IN}new/", {"sender": "สพฐ.", "subject": "เรื่องลับมาก ๆ", "secrecy": "top_secret"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "ฉบับที่ 4" in page
    assert "เรื่องลับมาก ๆ" in page
    assert not Entry.objects.exists()


def test_a_register_is_found_by_number_and_by_words_however_their_digits_are_typed(world, client, receive):
    receive(subject="ประชุมคณะกรรมการ", ref="")
    receive(subject="ส่งรายงาน", ref="ศธ 04009/ว 2564")
    client.force_login(world.head)

    def found(text):
        return [entry.number for entry in client.get(IN, {"q": text}).context["page"].object_list]

    assert (found("๒๕๖๔"), found("ประชุม"), found("2"), found("ไม่มี")) == ([2], [1], [2], [])
    assert "ไม่พบรายการ" in client.get(IN, {"q": "ไม่มี"}).content.decode()


def test_a_secret_line_shows_its_number_alone_to_who_may_not_read_it(world, client, receive):
    secret = receive(subject="ร้องเรียนครู", sender="ผู้ปกครอง", secrecy="secret")
    pages = {}
    for who in ("supervisor", "head", "clerk"):
        client.force_login(getattr(world, who))
        pages[who] = client.get(IN).content.decode()
        found = client.get(IN, {"q": "ร้องเรียน"}).context["page"].object_list
        assert len(found) == (who != "supervisor")
        assert client.get(secret.get_absolute_url()).status_code == (404 if who == "supervisor" else 200)

    assert "ร้องเรียนครู" not in pages["supervisor"]
    assert "(เรื่องลับ)" in pages["supervisor"]
    assert "ร้องเรียนครู" in pages["head"]
    assert "ร้องเรียนครู" not in document_html("register-in", secret.register, world.supervisor)[0]
    assert "ร้องเรียนครู" in document_html("register-in", secret.register, world.head)[0]


def test_a_cancelled_number_is_shown_with_its_reason_everywhere(world, client, receive):
    entry = cancel(receive(subject="ลงผิดเล่ม"), by=world.clerk, reason="เป็นหนังสือของโรงเรียน")
    client.force_login(world.director)
    workbook = openpyxl.load_workbook(BytesIO(client.get(f"{IN}register.xlsx").content))

    assert "เป็นหนังสือของโรงเรียน" in client.get(IN).content.decode()
    assert "ยกเลิก</b> เป็นหนังสือของโรงเรียน" in document_html("register-in", entry.register, world.head)[0]
    rows = list(workbook.active.iter_rows(values_only=True))
    assert (rows[0][0], rows[1][0], rows[1][8]) == ("เลขทะเบียน", "1", "ยกเลิก: เป็นหนังสือของโรงเรียน")


def test_a_printed_register_has_thai_digits_alone_but_for_its_code(world, receive):
    world.area.name = "สำนักงานเขตพื้นที่การศึกษา เขต 1"
    world.area.save()
    entry = receive(ref="ศธ 04001/9", subject="การนิเทศภายใน ครั้งที่ 2")

    text = by_pypdf(render_document("register-in", entry.register, world.head).content)

    code = f"IN-{entry.register.year}"
    assert code in text
    assert not [letter for letter in text.replace(code, "") if letter in "0123456789"]
    assert "เขต ๑" in text


def test_a_page_of_ten_thousand_lines_costs_what_a_page_of_one_costs(world, client, receive):
    first = receive()
    client.force_login(world.supervisor)
    client.get(IN)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(IN).status_code == 200
        return len(queries)

    before = cost()
    Entry.objects.bulk_create(
        Entry(register=first.register, number=n, day=first.day, subject=f"เรื่องที่ {n}", by=world.clerk)
        for n in range(2, 10_001)
    )

    assert cost() == before
    assert len(client.get(IN, {"page": 3}).context["page"].object_list) == 50


@pytest.mark.parametrize(("who", "status"), [("supervisor", 403), ("clerk", 200), ("school_head", 404)])
def test_who_may_not_enter_a_letter_is_told_or_finds_nothing(world, client, who, status):
    client.force_login(getattr(world, who))

    assert client.get(f"{IN}new/").status_code == status


def test_a_register_without_a_line_says_so_and_has_nothing_to_print(world, client):
    client.force_login(world.clerk)

    assert "ยังไม่มีรายการ" in client.get(IN).content.decode()
    assert client.get(f"{IN}register.pdf").status_code == 403
    assert client.get("/correspondence/registers/unknown/").status_code == 404


def test_an_incoming_letter_is_laid_before_the_heads_by_a_memo_drafted_from_its_line(world, signed_in, receive):
    entry = receive(dated_on=date(2026, 11, 2), subject="การนิเทศภายใน", urgency="urgent")
    client = signed_in(world.clerk)
    page = client.get(entry.get_absolute_url()).content.decode()
    url = f"/correspondence/papers/new/memo/?draft=incoming-memo&of={entry.pk}"

    shown = client.get(url).context["form"].initial

    assert url.replace("&", "&amp;") in page
    assert (shown["subject"], shown["asked"], shown["urgency"]) == ("การนิเทศภายใน", "ทราบ", "urgent")
    assert "ศธ 04009/ว 1234 ลงวันที่ 2 พฤศจิกายน 2569 เรื่อง การนิเทศภายใน" in shown["body"]
    assert "เลขที่ 1/" in shown["body"]


@pytest.mark.parametrize("which", ["cancelled", "outgoing"])
def test_no_memo_is_drafted_from_a_cancelled_line_or_from_what_went_out(world, signed_in, receive, which):
    entry = receive(kind="out" if which == "outgoing" else "in")
    if which == "cancelled":
        cancel(entry, by=world.clerk, reason="ซ้ำ")
    client = signed_in(world.clerk)

    assert "incoming-memo" not in client.get(entry.get_absolute_url()).content.decode()
    assert client.get(f"/correspondence/papers/new/memo/?draft=incoming-memo&of={entry.pk}").status_code == 403


def test_a_secret_letter_is_laid_before_the_heads_by_a_secret_memo_of_who_sees_it(world, signed_in, receive):
    entry = receive(secrecy="secret")
    url = f"/correspondence/papers/new/memo/?draft=incoming-memo&of={entry.pk}"

    assert signed_in(world.clerk).get(url).context["form"].initial["secrecy"] == "secret"
    assert signed_in(world.supervisor).get(url).status_code == 404


@pytest.mark.parametrize(("upload", "told"), [(True, True), (False, False)])
def test_who_must_mend_a_line_keeps_what_was_typed_and_is_told_to_choose_the_file_again(world, signed_in, upload, told):
    data = {"sender": "", "subject": "ขอเชิญประชุม"} | ({"upload": a_pdf()} if upload else {})

    page = signed_in(world.clerk).post(f"{IN}new/", data)

    assert page.status_code == 422
    assert "ขอเชิญประชุม" in page.content.decode()
    assert (CHOOSE_AGAIN in page.content.decode()) is told
