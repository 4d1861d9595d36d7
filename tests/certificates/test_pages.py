"""Pages of certificates: lists with their refusals, what recipients see, and what anybody may verify."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certificates.models import Batch
from certificates.services import reissue, revoke


def html(response) -> str:
    return response.content.decode()


def test_a_pasted_list_is_judged_line_by_line_and_stays_until_it_is_whole(signed_in, world, make_batch):
    batch = make_batch()
    client, page = signed_in(world.clerk), reverse("certificates:recipients-add", args=[batch.pk])
    pasted = "1. น.ส.สุดา ใจดี\tโรงเรียนวัดสุทธิ\nนางสาวสุดา ใจดี, โรงเรียนวัดสุทธิ\n12345\nนายหนึ่ง ใจดี | โรงเรียนวัดสุทธิ"
    refused = client.post(page, {"text": pasted, "add": "1"})
    mended = client.post(page, {"text": pasted.replace("12345", "พระครูวินัย")})
    added = client.post(page, {"text": pasted.replace("12345", "พระครูวินัย"), "add": "1"})

    assert refused.status_code == 422
    assert "บรรทัดที่ 3: อ่านชื่อผู้รับไม่ได้" in html(refused)
    assert "ซ้ำกับบรรทัดที่ 1 จึงรวมเป็นรายการเดียว" in html(refused)
    assert "ซ้ำกับ นายหนึ่ง ใจดี ที่อยู่ในชุดนี้แล้ว" in html(refused)
    assert "12345" in html(refused)
    assert "เพิ่มรายชื่อ 2 คน" in html(mended)
    assert added.url == batch.get_absolute_url()
    assert [(line.name, line.organisation) for line in batch.certificates.all()[2:]] == [
        ("น.ส. สุดา ใจดี", "โรงเรียนวัดสุทธิ"), ("พระครูวินัย", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [["ทะเบียนผู้เข้าร่วม"], ["ที่", "คำนำหน้า", "ชื่อ", "นามสกุล", "โรงเรียน"], [1, "นาย", "ใหม่", "ใจดี", "พญาไท"]],
            "นายใหม่ ใจดี",
        ),
        ([["ที่", "โรงเรียน"], [1, "พญาไท"]], "ไฟล์นี้ขาดคอลัมน์ ชื่อ-นามสกุล"),
    ],
)
def test_a_sheet_becomes_the_list_or_says_what_it_lacks(signed_in, world, make_batch, rows, said):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    page = reverse("certificates:recipients-add", args=[make_batch().pk])

    shown = signed_in(world.clerk).post(page, {"file": SimpleUploadedFile("a.xlsx", out.getvalue())})

    assert said in html(shown)


def test_a_batch_is_made_by_its_form_with_the_director_as_signer(signed_in, world):
    client, page = signed_in(world.clerk), reverse("certificates:batch-create")
    offered = client.get(page)
    typed = {
        "kind": "speaker", "title": "การอบรม", "issued_on": "21 พ.ย. 2569", "layout": "portrait",
        "signer1_name": str(world.director), "signer1_position": "รอง ผอ.", "signer1_acting": "ผอ.สพป.ใกล้",
    }  # fmt: skip
    refused = client.post(page, typed | {"title": "", "ends_on": "1/11/2569", "wording": "ก\nข\nค\nง\nจ"})
    made = client.post(page, typed)
    batch = Batch.objects.get()

    assert str(world.director) in html(offered)
    assert refused.status_code == 422
    assert "ไม่เกิน 4 บรรทัด" in html(refused)
    assert made.url == reverse("certificates:recipients-add", args=[batch.pk])
    assert batch.signatories[0].lines == ["รอง ผอ.", "รักษาราชการแทน", "ผอ.สพป.ใกล้"]


def test_what_somebody_saved_meanwhile_is_not_overwritten(signed_in, world, make_batch):
    batch = make_batch()
    client, page = signed_in(world.clerk), reverse("certificates:batch-edit", args=[batch.pk])
    typed = {"kind": "speaker", "issued_on": "21/11/2569", "layout": "portrait"}
    seen = client.get(page).context["seen"]
    first = client.post(page, typed | {"title": "ของคนแรก", "seen": seen})
    second = client.post(page, typed | {"title": "ของคนที่สอง", "seen": seen})
    batch.refresh_from_db()

    assert (first.status_code, second.status_code, batch.title) == (302, 422, "ของคนแรก")
    assert "มีผู้อื่นบันทึกชุดนี้ไปก่อนแล้ว" in html(second)
    assert "ของคนที่สอง" in html(second)
    client.post(page, typed | {"title": "ของคนที่สอง", "seen": second.context["seen"]})
    batch.refresh_from_db()
    assert batch.title == "ของคนที่สอง"


def test_a_recipient_finds_the_own_certificate_and_nobody_elses(signed_in, world, issued):
    others, own = issued.certificates.order_by("place")
    client = signed_in(world.teacher)

    assert [line.pk for line in client.get(reverse("certificates:mine")).context["page"]] == [own.pk]
    assert client.get(reverse("certificates:certificate-pdf", args=[own.pk])).content.startswith(b"%PDF")
    assert client.get(others.get_absolute_url()).status_code == 404
    assert client.get(issued.get_absolute_url()).status_code == 404


def test_anybody_verifies_by_address_or_by_number_and_learns_no_more_than_the_paper(client, world, issued):
    first, own = issued.certificates.order_by("place")
    address = reverse("certificates:verify", args=[first.token])
    valid = client.get(address)
    typed = client.get(reverse("certificates:verify-form"), {"number": "เลขที่ ๑/๒๕๖๙", "code": first.code.lower()})
    wrong = client.get(reverse("certificates:verify-form"), {"number": "2/2569", "code": first.code})
    lost = client.get(reverse("certificates:verify", args=["abcdefghjkmn"]))
    revoke(first, by=world.head, reason="เหตุลับ")
    copy = reissue(own, by=world.head, name="นางใหม่ ใจดี", organisation="", reason="สะกดผิด")
    void, replaced = client.get(address), client.get(reverse("certificates:verify", args=[own.token]))

    assert "ใช้ได้" in html(valid)
    assert "นายหนึ่ง ใจดี" in html(valid)
    assert "1/2569" in html(valid)
    assert "โรงเรียนวัดสุทธิ" not in html(valid)
    assert valid["X-Robots-Tag"] == "noindex, nofollow"
    assert not client.cookies
    assert typed.url == address
    assert (wrong.status_code, lost.status_code) == (404, 404)
    assert "โปรดตรวจทีละตัวอักษร" in html(wrong)
    assert "ไม่พบเกียรติบัตรนี้" in html(lost)
    assert "ถูกเพิกถอน" in html(void)
    assert "เหตุลับ" not in html(void)
    assert f"ฉบับแก้ไขเลขที่ {copy.full_number}" in html(replaced)


def test_one_address_verifies_as_often_as_a_meeting_would_and_then_waits(client, settings, issued):
    settings.VERIFICATIONS_PER_MINUTE = 2
    address = reverse("certificates:verify", args=[issued.certificates.first().token])

    answers = [client.get(address, REMOTE_ADDR="203.0.113.9").status_code for _ in range(3)]

    assert answers == [200, 200, 429]


@pytest.mark.parametrize("name", ["batch", "certificate"])
def test_even_an_administrator_only_reads(client, world, issued, name):
    world.stranger.is_staff = world.stranger.is_superuser = True
    world.stranger.save()
    client.force_login(world.stranger)
    record = issued if name == "batch" else issued.certificates.first()
    page = reverse(f"admin:certificates_{name}_change", args=[record.pk])

    assert client.get(reverse(f"admin:certificates_{name}_changelist")).status_code == 200
    assert client.get(page).status_code == 200
    assert client.post(page, {"name": "x"}).status_code == 403
