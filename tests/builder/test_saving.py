"""Drafts changed by several people, through the pages."""

import json
import threading

import pytest
from django.db import connection
from django.urls import reverse

from accounts.flows import Role
from builder import services
from builder.editing import EditRefused
from instruments.models import Instrument, InstrumentVersion
from workflows.digests import stamp_of
from workflows.services import perform

JSON = {"accept": "application/json"}


@pytest.fixture
def version(office):
    instrument = Instrument.objects.create(area=office, code="T-1", title="แบบทดลอง")
    sections = [
        {"key": "A", "title": "ตอนที่ 1", "questions": [
            {"key": "A1", "type": "text", "text": "ชื่อ"}, {"key": "A2", "type": "choice", "text": "ชั้น", "choices": [{"v": "1", "t": "ป.1"}, {"v": "2", "t": "ป.2"}]},
        ]},
        {"key": "B", "title": "ตอนที่ 2", "questions": [{"key": "B1", "type": "number", "text": "จำนวน", "show_when": 'A2 = "1"'}]},
    ]  # fmt: skip
    made = InstrumentVersion(instrument=instrument, definition={"scales": {}, "sections": sections})
    made.save()
    return made


@pytest.fixture
def at(version):
    def address(name, *more):
        return reverse(f"builder:{name}", args=[version.pk, *more])

    return address


def question(version, key):
    version.refresh_from_db()
    return next(q for s in version.definition["sections"] for q in s["questions"] if q["key"] == key)


def order(version):
    version.refresh_from_db()
    return [[s["key"], [q["key"] for q in s["questions"]]] for s in version.definition["sections"]]


def typed(version, key, **more):
    """What the panel of a text question sends."""
    return {"was": stamp_of(question(version, key)), "type": "text", "text": "", "key": key, "long": "on", **more}


# -- One person ----------------------------------------------------------------------------------------------------


def test_a_question_is_saved_and_the_row_comes_back(version, at, supervisor, signed_in):
    client = signed_in(supervisor)
    answer = client.post(
        at("question", "A1"), typed(version, "A1", text="ชื่อ  ครู", required="on") | {"revision": "0"}, headers=JSON
    ).json()
    assert question(version, "A1") == {"key": "A1", "type": "text", "text": "ชื่อ ครู", "required": True}
    assert version.revision == 1
    assert answer["revision"] == 1
    assert list(answer["rows"]) == ["A1"]
    assert "ชื่อ ครู" in answer["rows"]["A1"]
    assert answer["was"] == stamp_of(question(version, "A1"))


def test_without_scripts_the_same_addresses_answer_with_pages(version, at, supervisor, signed_in):
    client = signed_in(supervisor)
    answer = client.post(at("question", "A1"), typed(version, "A1", text="ชื่อครู"), follow=True)
    assert answer.redirect_chain[-1][0] == at("question", "A1")
    assert "บันทึกข้อ A1 แล้ว" in answer.content.decode()
    answer = client.post(at("question-add"), {"section": "B", "type": "date"}, follow=True)
    assert answer.redirect_chain[-1][0] == at("question", "B2")
    client.post(at("question-move", "B2"), {"by": "-1"})
    client.post(at("section-move", "B"), {"by": "-1"})
    assert order(version) == [["B", ["B2", "B1"]], ["A", ["A1", "A2"]]]


def test_nothing_is_written_where_nothing_changes(version, at, supervisor, signed_in):
    signed_in(supervisor).post(at("question", "A1"), typed(version, "A1", text="ชื่อ"))
    version.refresh_from_db()
    assert version.revision == 0


def test_a_wrong_number_stays_in_its_field_and_nothing_is_saved(version, at, supervisor, signed_in):
    client = signed_in(supervisor)
    data = {
        "was": stamp_of(question(version, "B1")),
        "type": "number",
        "text": "ใหม่",
        "key": "B1",
        "min": "ห้า",
        "max": "๑๐",
    }
    answer = client.post(at("question", "B1"), data)
    assert answer.status_code == 422
    assert 'value="ห้า"' in answer.content.decode()
    assert question(version, "B1")["text"] == "จำนวน"
    assert client.post(at("question", "B1"), data | {"min": "๕"}).status_code == 302
    assert (question(version, "B1")["min"], question(version, "B1")["max"]) == ("5", "10")


def test_a_wrong_condition_is_kept_as_written_and_listed(version, at, supervisor, signed_in):
    client = signed_in(supervisor)
    client.post(at("question", "A1"), typed(version, "A1", text="ชื่อ", show_when="B9 >"))
    assert question(version, "A1")["show_when"] == "B9 >"
    page = client.get(at("form-edit")).content.decode()
    assert "ต้องแก้ 1 เรื่องก่อนส่งตรวจสอบ" in page


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    [
        ({"A1": "B1 > 0", "B1": 'A1 = "1"'}, "อ้างถึงกันเป็นวง"),
        ({"A1": "foo(A2)"}, "ไม่รู้จักคำสั่ง “foo”"),
    ],
)
def test_a_circle_and_an_unknown_function_are_named_at_their_place(
    version, at, supervisor, signed_in, conditions, sentence
):
    client = signed_in(supervisor)
    for key, condition in conditions.items():
        data = typed(version, key, text="ก", show_when=condition) | {"type": question(version, key)["type"]}
        assert client.post(at("question", key), data).status_code == 302
    page = client.get(at("form-edit"))
    troubles = page.context["outline"].troubles
    assert [t.question for t in troubles if sentence in t.sentence] == list(conditions), troubles
    version.refresh_from_db()
    assert version.problems


def test_a_condition_is_checked_while_it_is_written(version, at, supervisor, signed_in):
    client = signed_in(supervisor)
    wrong = client.post(at("check"), {"place": "B1", "property": "show_when", "text": "A2 = C1"}).json()
    assert wrong["at"] == 5
    assert "C1" in wrong["message"]
    right = client.post(at("check"), {"place": "B1", "property": "show_when", "text": 'A2 = "2"'}).json()
    assert right == {"message": "", "at": -1, "type": "จริงหรือเท็จ"}


def test_a_deleted_question_is_put_back(version, at, supervisor, signed_in):
    client = signed_in(supervisor)
    client.post(at("question-delete", "B1"))
    client.post(at("section-delete", "B"))
    assert order(version) == [["A", ["A1", "A2"]]]
    client.post(at("undo"))
    client.post(at("undo"))
    assert order(version) == [["A", ["A1", "A2"]], ["B", ["B1"]]]
    assert client.post(at("undo"), headers=JSON).json() == {"message": "ไม่มีการลบที่เลิกทำได้แล้ว"}


def test_a_changed_type_can_be_taken_back_with_all_it_had(version, at, supervisor, signed_in):
    client = signed_in(supervisor)
    before = question(version, "A2")
    client.post(
        at("question", "A2"),
        {
            "was": stamp_of(before),
            "type": "date",
            "text": "ชั้น",
            "key": "A2",
            "choices": "ป.1\nป.2",
            "choices_from": "own",
        },
    )
    assert question(version, "A2") == {"key": "A2", "type": "date", "text": "ชั้น"}
    client.post(at("undo"))
    assert question(version, "A2") == before


def test_a_question_that_is_referred_to_is_not_deleted(version, at, supervisor, signed_in):
    answer = signed_in(supervisor).post(at("question-delete", "A2"), headers=JSON)
    assert answer.status_code == 422
    assert "“แสดงเมื่อ” ของตอนที่ 2 ข้อ 1 (B1) อ้างถึง A2" in answer.json()["message"]
    assert order(version) == [["A", ["A1", "A2"]], ["B", ["B1"]]]


def test_lines_are_pasted_as_questions(version, at, supervisor, signed_in):
    client = signed_in(supervisor)
    client.post(at("question-paste"), {"section": "B", "type": "choice", "text": "1. วิชา\tไทย\tคณิต\n2.1 ระดับ\tป.1\n"})
    assert question(version, "B2") == {
        "key": "B2",
        "type": "choice",
        "text": "วิชา",
        "choices": [{"v": "1", "t": "ไทย"}, {"v": "2", "t": "คณิต"}],
    }
    assert question(version, "B3")["text"] == "ระดับ"


def test_too_much_at_once_is_refused_and_nothing_of_it_is_kept(version, at, supervisor, signed_in):
    client = signed_in(supervisor)
    answer = client.post(at("question-paste"), {"section": "B", "type": "text", "text": "ก\n" * 5000})
    assert answer.status_code == 422
    assert "วางมา 5,000 ข้อ" in answer.content.decode()
    many = "\n".join(f"โรงเรียน {n}" for n in range(30_000))
    answer = client.post(
        at("question", "A2"), {"type": "choice", "text": "ชั้น", "key": "A2", "choices_from": "own", "choices": many}
    )
    assert answer.status_code == 422
    assert "มี 30,000 ตัวเลือก" in answer.content.decode()
    client.post(at("list-add"), {"title": "โรงเรียน"})
    answer = client.post(at("list", "list1"), {"title": "โรงเรียน", "items": many})
    assert answer.status_code == 422
    assert "รับได้ (5,000 ตัวเลือก)" in answer.content.decode()
    assert "โรงเรียน 29999" in answer.content.decode()
    assert order(version) == [["A", ["A1", "A2"]], ["B", ["B1"]]]
    assert len(question(version, "A2")["choices"]) == 2
    assert version.definition["lists"]["list1"]["items"] == []


def test_choices_of_a_cascade_follow_the_parent(version, at, supervisor, signed_in):
    client = signed_in(supervisor)
    client.post(at("question-add"), {"section": "B", "type": "choice"})
    data = {
        "type": "choice", "text": "ห้อง", "key": "B2", "choices_from": "own", "choices_mode": "sheet", "parent": "A2",
        "choices": "ค่า\tข้อความ\tgrade\n11\tป.1/1\t1\n21\tป.2/1\t2",
    }  # fmt: skip
    client.post(at("question", "B2"), data)
    assert question(version, "B2")["filter"] == "choice.grade = A2"
    version.refresh_from_db()
    assert version.problems == []


# -- Two people ----------------------------------------------------------------------------------------------------


def test_two_people_change_different_questions(version, at, supervisor, colleague, signed_in):
    mine, theirs = (
        typed(version, "A1", text="ชื่อครู"),
        {"was": stamp_of(question(version, "B1")), "type": "number", "text": "จำนวนคน", "key": "B1"},
    )
    assert signed_in(supervisor).post(at("question", "A1"), mine).status_code == 302
    answer = signed_in(colleague).post(at("question", "B1"), theirs | {"revision": "0"}, headers=JSON)
    assert answer.status_code == 200
    assert (question(version, "A1")["text"], question(version, "B1")["text"]) == ("ชื่อครู", "จำนวนคน")


def test_who_is_behind_is_shown_the_whole_form_anew(version, at, supervisor, colleague, signed_in):
    signed_in(colleague).post(at("question-add"), {"section": "A", "type": "date"})
    signed_in(colleague).post(at("question-add"), {"section": "A", "type": "date"})
    answer = (
        signed_in(supervisor)
        .post(at("question-add"), {"section": "B", "type": "date", "revision": "0"}, headers=JSON)
        .json()
    )
    assert "rows" not in answer
    assert 'id="row-A4"' in answer["outline"]


def test_two_people_change_what_the_form_is_called_and_both_are_told(version, at, supervisor, colleague, signed_in):
    typed = {"was": stamp_of(services.facts_now(version)), "code": "T-1", "signers": "ผู้นิเทศ", "note": ""}
    assert signed_in(colleague).post(at("form-facts"), typed | {"title": "ของเพื่อน"}).status_code == 302
    answer = signed_in(supervisor).post(at("form-facts"), typed | {"title": "ของฉัน", "note": "เกณฑ์ร้อยละ 80"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert [(rival["label"], rival["mine"], rival["theirs"]) for rival in answer.context["rivals"]] == [
        ("ชื่อแบบ", "ของฉัน", "ของเพื่อน"),
        ("เกณฑ์หรือหมายเหตุของแบบ", "เกณฑ์ร้อยละ 80", ""),
    ]
    assert 'value="ของฉัน"' in page
    version.instrument.refresh_from_db()
    assert (version.instrument.title, version.instrument.signers) == ("ของเพื่อน", ["ผู้นิเทศ"])
    again = typed | {"was": answer.context["was"], "title": "ของฉัน"}
    assert signed_in(supervisor).post(at("form-facts"), again).status_code == 302
    version.instrument.refresh_from_db()
    assert version.instrument.title == "ของฉัน"


def test_facts_of_a_version_that_went_to_review_meanwhile_are_not_half_saved(version, supervisor):
    InstrumentVersion.objects.filter(pk=version.pk).update(state="in_review")
    with pytest.raises(EditRefused, match="ระหว่างตรวจสอบ"):
        services.save_facts(version, {"title": "ใหม่"}, note="ใหม่", was="", by=supervisor)
    version.instrument.refresh_from_db()
    assert version.instrument.title == "แบบทดลอง"


def test_two_people_change_one_list_and_both_texts_are_shown(version, at, supervisor, colleague, signed_in):
    signed_in(supervisor).post(at("list-add"), {"title": "อำเภอ"})
    was = stamp_of({"title": "อำเภอ", "items": []})
    assert (
        signed_in(colleague).post(at("list", "list1"), {"was": was, "title": "อำเภอ", "items": "ของเพื่อน"}).status_code
        == 302
    )
    answer = signed_in(supervisor).post(at("list", "list1"), {"was": was, "title": "อำเภอ", "items": "ของฉัน"})
    assert answer.status_code == 422
    assert answer.context["rivals"] == [{"label": "ตัวเลือก", "mine": "ของฉัน", "theirs": "ของเพื่อน"}]
    version.refresh_from_db()
    assert version.definition["lists"]["list1"]["items"] == [{"v": "1", "t": "ของเพื่อน"}]


def test_a_value_of_a_published_list_is_never_given_to_another_choice(version, at, supervisor, signed_in):
    items = [{"v": "1", "t": "พระนคร"}, {"v": "2", "t": "ดุสิต"}]
    version.definition["lists"] = {"list1": {"title": "เขต", "items": items}}
    version.save()
    InstrumentVersion.objects.filter(pk=version.pk).update(state="published")
    draft, _ = services.revise(InstrumentVersion.objects.get(pk=version.pk), by=supervisor)
    client = signed_in(supervisor)
    for typed in ("พระนคร", "พระนคร\nบางรัก"):
        client.post(reverse("builder:list", args=[draft.pk, "list1"]), {"title": "เขต", "items": typed})
    draft.refresh_from_db()
    assert draft.definition["lists"]["list1"]["items"] == [{"v": "1", "t": "พระนคร"}, {"v": "3", "t": "บางรัก"}]


def test_two_people_change_the_same_question_and_both_texts_are_shown(version, at, supervisor, colleague, signed_in):
    mine, theirs = typed(version, "A1", text="ชื่อครูผู้สอน"), typed(version, "A1", text="ชื่อผู้บริหาร")
    signed_in(colleague).post(at("question", "A1"), theirs)
    client = signed_in(supervisor)
    answer = client.post(at("question", "A1"), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "มีผู้อื่นแก้ไขส่วนนี้" in page
    assert "ชื่อครูผู้สอน" in page
    assert "ชื่อผู้บริหาร" in page
    assert question(version, "A1")["text"] == "ชื่อผู้บริหาร"
    assert client.post(at("question", "A1"), mine | {"was": answer.context["was"]}).status_code == 302
    assert question(version, "A1")["text"] == "ชื่อครูผู้สอน"


@pytest.mark.django_db(transaction=True)
def test_changes_at_the_same_moment_are_all_kept(version, supervisor):
    failures = []

    def add(number):
        try:
            services.edit(
                version,
                by=supervisor,
                change=lambda draft: draft.add_question("A", "text", values={"text": f"ข้อ {number}"}),
            )
        except Exception as error:  # noqa: BLE001 -- told below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert order(version)[0][1] == ["A1", "A2", *(f"A{n}" for n in range(3, 9))]
    assert version.revision == 6


@pytest.mark.parametrize("verb", ["edit", "save_facts", "discard"])
def test_who_still_works_on_a_draft_that_was_just_deleted_is_told(version, supervisor, verb):
    opened = InstrumentVersion.objects.select_related("instrument").get(pk=version.pk)
    services.discard(version, by=supervisor)
    work = {
        "edit": lambda: services.edit(opened, by=supervisor, change=lambda draft: draft.add_section({"title": "ก"})),
        "save_facts": lambda: services.save_facts(opened, {"title": "ก"}, note="", was="", by=supervisor),
        "discard": lambda: services.discard(opened, by=supervisor),
    }

    with pytest.raises(EditRefused, match="ถูกลบไปเมื่อสักครู่"):
        work[verb]()


# -- What is no draft ----------------------------------------------------------------------------------------------


def test_a_version_in_review_and_a_published_one_are_not_changed(version, at, supervisor, person, signed_in):
    head = person(Role.GROUP_HEAD)
    client = signed_in(supervisor)
    mine = typed(version, "A1", text="ใหม่")
    perform(version, "submit", by=supervisor)
    answer = client.post(at("question", "A1"), mine, headers=JSON)
    assert (answer.status_code, "อยู่ระหว่างตรวจสอบ" in answer.json()["message"]) == (422, True)
    perform(version, "publish", by=head)
    assert (
        "เผยแพร่แล้วจึงแก้ไขไม่ได้"
        in client.post(at("question-add"), {"section": "A", "type": "text"}, headers=JSON).json()["message"]
    )
    with pytest.raises(EditRefused):
        services.edit(version, by=supervisor, change=lambda draft: draft.delete_question("A1"))
    assert question(version, "A1")["text"] == "ชื่อ"


def test_a_revision_goes_on_with_the_draft_that_is_there(version, at, supervisor, person, signed_in):
    perform(version, "submit", by=supervisor)
    perform(version, "publish", by=person(Role.GROUP_HEAD))
    client = signed_in(supervisor)
    first = client.post(at("form-revise")).url
    assert client.post(at("form-revise")).url == first
    draft = version.instrument.versions.get(number=2)
    assert draft.definition == version.definition
    refused = client.post(
        reverse("builder:question", args=[draft.pk, "A1"]), {"type": "text", "text": "ก", "key": "X1"}
    )
    assert refused.status_code == 302
    assert question(draft, "A1")["text"] == "ก"
    assert client.get(reverse("builder:question", args=[draft.pk, "X1"])).status_code == 404


# -- Who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SUPERVISOR, 302),
        (Role.WORKGROUP_HEAD, 302),
        (Role.GROUP_HEAD, 302),
        (Role.AREA_DIRECTOR, 403),
        (Role.COMMITTEE, 403),
        (Role.CLERK, 404),
    ],
)
def test_who_changes_the_forms_of_the_office(version, at, person, signed_in, role, status):
    assert signed_in(person(role)).post(at("question", "A1"), typed(version, "A1", text="ใหม่")).status_code == status
    assert (question(version, "A1")["text"] == "ใหม่") == (status == 302)


def test_another_office_does_not_see_the_draft(version, at, person, other_office, signed_in):
    stranger = person(Role.SUPERVISOR, area=other_office)
    assert signed_in(stranger).get(at("form-edit")).status_code == 404


def test_a_shared_form_is_changed_where_one_office_exists_and_copied_where_there_are_more(
    version,
    at,
    supervisor,
    signed_in,
    request,
):
    Instrument.objects.filter(pk=version.instrument_id).update(area=None)
    client = signed_in(supervisor)
    assert client.get(at("form-edit")).status_code == 200
    area = request.getfixturevalue("other_office")
    assert area
    refused = client.get(at("form-edit"))
    assert refused.status_code == 403
    assert "ทำสำเนาเป็นของเขต" in refused.content.decode()
    page = client.get(reverse("builder:form-new") + f"?copy={version.pk}")
    assert page.status_code == 200
    client.post(
        reverse("builder:form-new"),
        {"area": supervisor.assignments_today[0].area_id, "code": "T-9", "title": "สำเนา", "source": version.pk},
    )
    copied = InstrumentVersion.objects.get(instrument__code="T-9")
    assert copied.definition == version.definition
    assert copied.area_id == supervisor.assignments_today[0].area_id


# -- Beginning -----------------------------------------------------------------------------------------------------


def test_a_code_that_is_taken_is_refused_and_what_was_typed_stays(version, office, supervisor, signed_in):
    client = signed_in(supervisor)
    data = {"area": office.pk, "code": "T-1", "title": "แบบใหม่มาก", "signers": "ผู้นิเทศ\nครู"}
    answer = client.post(reverse("builder:form-new"), data)
    assert answer.status_code == 422
    assert "มีเครื่องมือที่ใช้รหัสนี้แล้ว" in answer.content.decode()
    assert "แบบใหม่มาก" in answer.content.decode()
    client.post(reverse("builder:form-new"), data | {"code": "T-2"})
    made = Instrument.objects.get(code="T-2")
    assert made.signers == ["ผู้นิเทศ", "ครู"]
    assert made.versions.get().definition == {"scales": {}, "sections": []}


def test_a_draft_is_thrown_away_with_a_form_that_has_no_other(version, at, supervisor, signed_in):
    signed_in(supervisor).post(at("form-discard"))
    assert not Instrument.objects.filter(code="T-1").exists()


# -- Cost ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [5, 300])
def test_the_builder_asks_the_database_as_often_for_300_questions_as_for_5(
    version, at, supervisor, signed_in, django_assert_num_queries, count
):
    version.definition["sections"][0]["questions"] = [
        {"key": f"A{n}", "type": "text", "text": f"ข้อ {n}"} for n in range(1, count + 1)
    ]
    version.definition["sections"][1]["questions"][0].pop("show_when")
    version.save()
    client = signed_in(supervisor)
    client.get(at("form-edit"))
    with django_assert_num_queries(5):
        client.get(at("form-edit"))
    with django_assert_num_queries(9):
        answer = client.post(at("question-move", "A5"), {"by": "-1", "revision": "0"}, headers=JSON)
    assert json.loads(answer.content)["order"][0][1][3] == "A5"
