"""Forms that can't be: through the pages of the builder and through XLSForm, in the browser and on the command line.

Each is answered in Thai at the place it is about, and nothing of it is half kept.
"""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode

from instruments.models import Instrument, InstrumentVersion
from tests.builder.xlsform.making import xlsx
from workflows.digests import stamp_of

PLAIN = "application/x-www-form-urlencoded"
"""How a browser sends a form without a file: the longest way there is for Thai text."""
MANY_QUESTIONS = "\n".join(f"ผู้เรียนมีส่วนร่วมในกิจกรรมข้อที่ {n}" for n in range(5_000))
ALL_SCHOOLS = "\n".join(f"โรงเรียนบ้านหนองบัววิทยา {n}" for n in range(30_000))
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 2000


@pytest.fixture
def version(office):
    instrument = Instrument.objects.create(area=office, code="T-1", title="แบบทดลอง")
    sections = [
        {"key": "A", "title": "ตอนที่ 1", "questions": [
            {"key": "A1", "type": "number", "text": "ครู"}, {"key": "A2", "type": "number", "text": "นักเรียน"},
            {"key": "A3", "type": "choice", "text": "ขนาด", "choices": [{"v": "1", "t": "เล็ก"}, {"v": "2", "t": "ใหญ่"}]},
        ]},
    ]  # fmt: skip
    made = InstrumentVersion(
        instrument=instrument,
        definition={
            "scales": {},
            "lists": {"L": {"title": "รายการ", "items": [{"v": "1", "t": "วัดสุทธิ"}]}},
            "sections": sections,
        },
    )
    made.save()
    return made


@pytest.fixture
def send(version, supervisor, signed_in):
    """Post a form of the builder as a browser does, and read the page that comes of it."""
    client = signed_in(supervisor)

    def post(name, *more, json_wanted=False, **typed):
        return client.post(
            reverse(f"builder:{name}", args=[version.pk, *more]),
            urlencode(typed),
            content_type=PLAIN,
            follow=True,
            headers={"accept": "application/json"} if json_wanted else {},
        )

    return post


@pytest.fixture
def change(version, send):
    """Post the panel of a question, changed as told."""

    def post(which, **typed):
        now = question(version, which)
        whole = {"was": stamp_of(now), "type": now["type"], "text": now["text"], "key": which, "choices_from": "own"}
        whole["choices"] = "\n".join(choice["t"] for choice in now.get("choices", ()))
        return send("question", which, **(whole | typed))

    return post


@pytest.fixture
def upload(supervisor, signed_in):
    client = signed_in(supervisor)

    def post(content):
        return client.post(reverse("builder:xlsform-import"), {"file": SimpleUploadedFile("form.xlsx", content)})

    return post


@pytest.fixture
def command(tmp_path):
    """Import a file on the command line; answers what was printed as JSON."""

    def run(content):
        path, out = tmp_path / "form.xlsx", io.StringIO()
        path.write_bytes(content)
        call_command("import_xlsform", str(path), "--report", "json", stdout=out)
        return json.loads(out.getvalue())

    return run


def question(version, key):
    version.refresh_from_db()
    return next(q for s in version.definition["sections"] for q in s["questions"] if q["key"] == key)


def stored(version):
    """Everything that an input could have left behind."""
    version.refresh_from_db()
    return version.definition, version.revision, Instrument.objects.count(), InstrumentVersion.objects.count()


def panel_errors(response, field):
    return list(response.context["form"].errors.get(field, ()))


def book(survey, choices=()):
    sheets = {"survey": [["type", "name", "label", "relevant"], *survey]}
    return xlsx(sheets | {"choices": [["list_name", "name", "label"], *choices]} if choices else sheets)


# -- A circle ------------------------------------------------------------------------------------------------------


def test_a_circle_is_named_at_each_of_its_questions_and_keeps_the_form_from_review(version, change, send):
    change("A1", show_when="A2 > 0")
    page = change("A2", show_when="A1 > 0")
    troubles = page.context["outline"].troubles
    assert {trouble.question for trouble in troubles} == {"A1", "A2"}
    assert all("อ้างถึงกันเป็นวง" in trouble.sentence for trouble in troubles)
    checked = send("check", place="A2", property="show_when", text="A1 > 0", json_wanted=True).json()
    assert "อ้างถึงกันเป็นวง" in checked["message"]
    refused = send("version-transition", "submit", revision=version.revision + 2)
    assert "อ้างถึงกันเป็นวง" in refused.content.decode()
    version.refresh_from_db()
    assert version.state == "draft"
    assert (question(version, "A1")["show_when"], question(version, "A2")["show_when"]) == ("A2 > 0", "A1 > 0")


CIRCLE = book([["integer", "a", "ครู", "${b} > 0"], ["integer", "b", "นักเรียน", "${a} > 0"]])


def test_a_circle_of_an_xlsform_is_cut_and_the_row_says_so(office, upload, command):
    page = upload(CIRCLE)
    said = [row for row in page.context["noted"] if "เป็นวง" in row["reason"]]
    assert said
    assert escape(said[0]["reason"]) in page.content.decode()
    assert page.context["imported"].problems == []
    assert not Instrument.objects.exists()
    report = command(CIRCLE)
    assert [row["reason"] for row in report["rows"] if row["outcome"] != "taken"] == [row["reason"] for row in said]
    assert InstrumentVersion.objects.get().problems == []


# -- A key used twice ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("A2", "รหัส A2 ใช้อยู่แล้วที่ตอนที่ 1 ข้อ 2 (A2) โปรดใช้รหัสอื่น"),
        ("A", "รหัส A เป็นรหัสของตอนอยู่แล้ว โปรดใช้รหัสอื่น"),
        ("ก1", "รหัสใช้อักษรอังกฤษ ตัวเลข และขีดล่าง ขึ้นต้นด้วยอักษร ไม่เกิน 40 ตัว เช่น B7"),
    ],
)
def test_a_key_that_is_taken_is_refused_at_its_field_and_what_was_typed_stays(version, change, key, sentence):
    before = stored(version)
    page = change("A1", key=key, text="ครูทั้งหมด")
    assert page.status_code == 422
    assert panel_errors(page, "key") == [sentence]
    assert page.context["form"]["text"].value() == "ครูทั้งหมด"
    assert stored(version) == before


DOUBLED = book([["integer", "a", "ครู"], ["integer", "a", "นักเรียน"]])


def test_a_name_used_twice_in_an_xlsform_becomes_two_keys_and_the_row_says_so(office, upload, command):
    page = upload(DOUBLED)
    assert [(row["row"], row["name"]) for row in page.context["noted"]] == [(3, "a")]
    assert command(DOUBLED)["problems"] == []
    section = InstrumentVersion.objects.get().definition["sections"][0]
    assert [q["text"] for q in section["questions"]] == ["ครู", "นักเรียน"]
    assert len({q["key"] for q in section["questions"]}) == 2


# -- An unknown function -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["show_when", "required_when", "must_hold"])
def test_an_unknown_function_is_kept_as_written_and_named_at_its_question(version, change, send, field):
    page = change("A1", **{field: "ratio(A2) > 1"})
    [trouble] = page.context["outline"].troubles
    assert (trouble.question, trouble.property) == ("A1", field)
    assert "ไม่รู้จักคำสั่ง “ratio”" in trouble.sentence
    assert question(version, "A1")[field] == "ratio(A2) > 1"
    checked = send("check", place="A1", property=field, text="ratio(A2) > 1", json_wanted=True).json()
    assert (checked["at"], "ratio" in checked["message"]) == (0, True)
    assert "ratio" in send("version-transition", "submit", revision=version.revision).content.decode()
    version.refresh_from_db()
    assert version.state == "draft"


UNKNOWN = book([["integer", "a", "ครู"], ["integer", "b", "นักเรียน", "pulldata('x', 'y', 'z', ${a}) > 1"]])


def test_a_condition_with_an_unknown_function_is_left_and_the_question_taken(office, upload, command):
    page = upload(UNKNOWN)
    [row] = page.context["noted"]
    assert (row["row"], "pulldata" in row["reason"]) == (3, True)
    command(UNKNOWN)
    questions = InstrumentVersion.objects.get().definition["sections"][0]["questions"]
    assert [(q["text"], "show_when" in q) for q in questions] == [("ครู", False), ("นักเรียน", False)]


# -- Too much ------------------------------------------------------------------------------------------------------


def test_five_thousand_pasted_questions_are_refused_with_every_line_still_there(version, send):
    before = stored(version)
    page = send("question-paste", section="A", type="text", text=MANY_QUESTIONS)
    assert page.status_code == 422
    [said] = panel_errors(page, "text")
    assert "5,000 ข้อ" in said
    assert escape(MANY_QUESTIONS.splitlines()[-1]) in page.content.decode()
    assert stored(version) == before


def test_five_thousand_questions_of_an_xlsform_are_refused_and_nothing_is_stored(office, upload, command):
    rows = [["text", f"q{n}", text] for n, text in enumerate(MANY_QUESTIONS.splitlines())]
    page = upload(book(rows))
    assert page.status_code == 422
    [said] = panel_errors(page, "file")
    assert "5,000 ข้อ" in said
    with pytest.raises(CommandError, match="5,000 ข้อ"):
        command(book(rows))
    assert not Instrument.objects.exists()


@pytest.mark.parametrize(
    ("name", "key", "field", "typed"),
    [
        ("question", "A3", "choices", {"type": "choice", "text": "ขนาด", "key": "A3", "choices_from": "own", "choices": ALL_SCHOOLS}),
        ("list", "L", "items", {"title": "สถานศึกษา", "items": ALL_SCHOOLS}),
    ],
)  # fmt: skip
def test_a_list_of_thirty_thousand_is_refused_with_the_way_out_and_every_line_still_there(
    version, send, name, key, field, typed
):
    before = stored(version)
    page = send(name, key, **typed)
    assert page.status_code == 422
    [said] = panel_errors(page, field)
    assert "30,000 ตัวเลือก" in said
    assert "ทะเบียน" in said
    assert ALL_SCHOOLS.splitlines()[-1] in page.content.decode()
    assert stored(version) == before


def test_a_list_of_thirty_thousand_in_an_xlsform_is_refused_with_the_way_out(office, upload):
    content = book(
        [["select_one school", "s", "โรงเรียน"]],
        [["school", str(n), text] for n, text in enumerate(ALL_SCHOOLS.splitlines())],
    )
    page = upload(content)
    assert page.status_code == 422
    [said] = panel_errors(page, "file")
    assert "30,000 ตัวเลือก" in said
    assert "ทะเบียน" in said
    assert not Instrument.objects.exists()


def test_what_is_longer_than_a_page_may_send_is_refused_in_thai(version, send):
    before = stored(version)
    page = send("question-paste", section="A", type="text", text="ก" * 1_200_000)
    assert page.status_code in (400, 413)
    assert "คำขอ" in page.content.decode()
    assert stored(version) == before


# -- No form at all ------------------------------------------------------------------------------------------------


def test_a_picture_that_calls_itself_a_workbook_is_refused_under_the_field(office, upload, command):
    page = upload(PICTURE)
    assert page.status_code == 422
    assert panel_errors(page, "file") == ["ไฟล์นี้เป็นรูปภาพ (PNG) ไม่ใช่แบบฟอร์ม XLSForm โปรดเลือกไฟล์ .xlsx หรือ .xls"]
    with pytest.raises(CommandError, match="รูปภาพ"):
        command(PICTURE)
    assert not Instrument.objects.exists()


@pytest.mark.parametrize("kind", ["", "rating; drop table", "video", "RATING"])
def test_a_type_that_is_none_is_refused(version, send, kind):
    before = stored(version)
    send("question-add", section="A", type=kind)
    send("question-paste", section="A", type=kind, text="ก")
    assert stored(version) == before


@pytest.mark.parametrize("name", ["question-add", "question-move", "section-move", "section-copy", "question-delete"])
def test_what_is_not_there_is_refused_in_thai(version, send, name):
    before = stored(version)
    more = () if name == "question-add" else ("Z9",)
    answer = send(name, *more, section="Z9", type="text", after="Z9", by="1", json_wanted=True)
    assert answer.status_code == 422
    assert "ไม่พบ" in answer.json()["message"]
    assert stored(version) == before


@pytest.mark.parametrize(("name", "kept"), [("section-add", "sections"), ("list-add", "lists")])
def test_a_title_is_stored_without_what_no_database_keeps(version, send, name, kept):
    send(name, title="ตอน\x00ที่ \u200b2")

    version.refresh_from_db()
    pieces = version.definition[kept]
    assert "ตอนที่ 2" in [piece["title"] for piece in (pieces.values() if kept == "lists" else pieces)]
