"""XLSForm in the browser: what the pages say before anything is kept."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.renderer import CHOOSE_AGAIN
from instruments.flows import DRAFT, PUBLISHED
from instruments.models import Instrument, InstrumentVersion
from tests.builder.xlsform.making import xlsx

pytestmark = pytest.mark.django_db

GOOD = xlsx(
    {
        "survey": "type | name | label | default\ntext | a | ชื่อโรงเรียน |\ntext | b | จังหวัด | ตาก\ngeotrace | g | ทาง |",
        "settings": "form_title | form_id\nแบบจากไฟล์ | F-1",
        "สมุดจด": "เรื่อง\nก",
    }
)
NOTHING = xlsx(
    {
        "survey": "type | name | label | hint::English (en)\ngeotrace | route | เส้นทาง |\nxyz | typo | พิมพ์ผิด |",
        "settings": "form_title\nแบบ",
        "สมุดจด": "เรื่อง\nก",
    }
)


@pytest.fixture
def supervisor(client, world):
    client.force_login(world.supervisor)
    return client


def chosen(client, content, name="form.xlsx"):
    return client.post(reverse("builder:xlsform-import"), {"file": SimpleUploadedFile(name, content)})


def kept(client, page, **facts):
    content = re.search(r'name="content" value="([^"]+)"', page.content.decode()).group(1)
    area = page.context["facts"]["area"].value() or page.context["facts"].fields["area"].queryset.first().pk
    sent = {"content": content, "area": area, "code": "F-1", "title": "แบบจากไฟล์"} | facts
    return client.post(reverse("builder:xlsform-import"), sent, follow=True)


def words(response):
    """The text of the page, without tags, one space between words."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def standing(world, state):
    instrument = Instrument.objects.create(area=world.area, code="F-1", title="ชื่อเดิม")
    version = InstrumentVersion.objects.create(instrument=instrument, number=1, definition={"sections": []})
    InstrumentVersion.objects.filter(pk=version.pk).update(state=state)
    return version


def test_a_refused_file_shows_each_row_with_its_reason_and_stores_nothing(supervisor):
    before = InstrumentVersion.objects.count()

    page = chosen(supervisor, NOTHING, "แบบเดินทาง.xlsx")

    assert page.status_code == 422
    said = words(page)
    assert "แถวที่ไม่ได้รับของ แบบเดินทาง.xlsx" in said
    assert "survey แถว 2 route geotrace ไม่ได้รับ ระบบบันทึกเส้นทาง" in said
    assert "survey แถว 3 typo xyz ไม่ได้รับ ระบบไม่รู้จักชนิด “xyz”" in said
    assert "settings แถว 2 - settings ไม่ได้รับ" in said
    assert "สมุดจด ไม่ใช่แผ่นของ XLSForm จึงไม่ได้อ่าน" in said
    assert InstrumentVersion.objects.count() == before


def test_a_file_that_cannot_be_read_has_no_rows_to_show(supervisor):
    page = chosen(supervisor, b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    assert page.status_code == 422
    assert CHOOSE_AGAIN in page.content.decode()
    assert "รูปภาพ (PNG)" in words(page)
    assert "แถวที่ไม่ได้รับ" not in words(page)


def test_what_was_read_is_shown_row_by_row_before_anything_is_kept(supervisor):
    before = InstrumentVersion.objects.count()

    page = chosen(supervisor, GOOD, "แบบโรงเรียน.xlsx")

    assert page.status_code == 200
    said = words(page)
    assert "แบบโรงเรียน.xlsx ยังไม่ได้บันทึก" in said
    assert "survey แถว 3 b text รับโดยปรับ ไม่ได้รับค่าตั้งต้น (ตาก)" in said
    assert "survey แถว 4 g geotrace ไม่ได้รับ" in said
    assert "มีอยู่แล้ว จะเป็นฉบับร่างถัดไป" in said  # the help; no form has this code
    assert "เป็นของแบบ" not in said
    assert InstrumentVersion.objects.count() == before


def test_a_refused_code_keeps_the_report_and_the_name_of_the_file(supervisor):
    page = chosen(supervisor, GOOD, "แบบโรงเรียน.xlsx")
    again = kept(supervisor, page, code="รหัสไทย")
    assert again.status_code == 422
    assert "แบบโรงเรียน.xlsx ยังไม่ได้บันทึก" in words(again)
    assert "survey แถว 4 g geotrace ไม่ได้รับ" in words(again)


def test_a_code_that_exists_is_named_before_saving_and_becomes_the_next_version(supervisor, world):
    standing(world, PUBLISHED)

    page = chosen(supervisor, GOOD)
    assert "รหัส F-1 เป็นของแบบ “ชื่อเดิม” ที่มีอยู่แล้ว หากบันทึกด้วยรหัสนี้จะเป็นฉบับที่ 2 ของแบบนั้นและใช้ชื่อเดิม" in words(page)

    done = kept(supervisor, page)
    assert done.status_code == 200
    assert "แบบนี้มีอยู่ก่อนแล้วจึงใช้ชื่อเดิม “ชื่อเดิม”" in words(done)
    assert Instrument.objects.get(area=world.area, code="F-1").title == "ชื่อเดิม"
    assert InstrumentVersion.objects.filter(instrument__code="F-1", number=2, state=DRAFT).exists()


def test_a_draft_that_has_been_begun_is_shown_and_not_doubled(supervisor, world):
    begun = standing(world, DRAFT)

    page = chosen(supervisor, GOOD)
    assert f'href="{begun.get_absolute_url()}"' in page.content.decode()

    refused = kept(supervisor, page)
    assert refused.status_code == 422
    assert "มีฉบับที่ 1 กำลังจัดทำอยู่แล้ว" in words(refused)
    assert InstrumentVersion.objects.filter(instrument__code="F-1").count() == 1


def test_the_form_of_another_office_with_the_same_code_is_not_spoken_of(supervisor, world):
    Instrument.objects.create(area=None, code="F-1", title="แบบกลาง")
    page = chosen(supervisor, GOOD)
    assert "แบบกลาง" not in words(page)
    assert "เป็นของแบบ" not in words(page)
    assert kept(supervisor, page).status_code == 200
