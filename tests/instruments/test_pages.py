"""Pages of instruments, who may see what, loading, and forms posted without JavaScript."""

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse

from accounts.flows import Role
from instruments.filling import form_events_from_post
from instruments.flows import PUBLISHED
from instruments.loading import load_instruments
from instruments.models import AnswerBatch, Attachment, Instrument, InstrumentVersion, Response
from instruments.services import new_draft, open_response
from tests.instruments.helpers import event, section_views, send
from workflows.services import TransitionError, perform


def test_ten_instruments_load_as_published_and_loading_again_changes_nothing(db):
    assert load_instruments() == {"created": 10, "updated": 0, "unchanged": 0}

    assert load_instruments() == {"created": 0, "updated": 0, "unchanged": 10}
    assert set(InstrumentVersion.objects.values_list("state", "number")) == {(PUBLISHED, 1)}


def test_visible_to_agrees_with_the_rules(instruments, office, other_office, person):
    own = Instrument.objects.create(area=office, code="OWN", title="ของเขต")
    draft = InstrumentVersion(instrument=own, definition={})
    draft.save()
    people = [person(role) for role in (Role.SUPERVISOR, Role.GROUP_HEAD, Role.COMMITTEE, Role.CLERK)]
    people += [person(Role.SUPERVISOR, area=other_office), person(None)]
    made = open_response(instruments["INS-01"], area=office, by=people[0])
    send(made, event("B1", 4), by=people[0])
    pairs = [
        (Instrument, "see_instrument"), (InstrumentVersion, "see_version"), (Response, "see_response"),
        (AnswerBatch, "see_batch"), (Attachment, "see_attachment"),
    ]  # fmt: skip

    for someone in people:
        for model, permission in pairs:
            listed = set(model.objects.visible_to(someone))
            assert listed == {row for row in model.objects.all() if someone.has_perm(f"instruments.{permission}", row)}


@pytest.mark.parametrize(
    ("role", "status"), [(Role.SUPERVISOR, 200), (Role.COMMITTEE, 200), (Role.CLERK, 404), (None, 404)]
)
def test_staff_see_an_instrument_and_others_do_not_know_that_it_exists(client, instruments, person, role, status):
    version = instruments["INS-01"]
    client.force_login(person(role))

    for name, pk in [("instrument-detail", version.instrument_id), ("version-detail", version.pk)]:
        assert client.get(reverse(f"instruments:{name}", args=[pk])).status_code == status


def test_the_list_names_each_instrument_with_its_version(
    client, instruments, supervisor, django_assert_max_num_queries
):
    client.force_login(supervisor)
    with django_assert_max_num_queries(8):
        page = client.get(reverse("instruments:instrument-list")).content.decode()

    assert all(version.instrument.title in page for version in instruments.values())


@pytest.mark.parametrize("code", [f"INS-{number:02}" for number in range(1, 11)])
def test_every_shipped_form_is_shown_as_it_will_look(client, instruments, supervisor, code):
    client.force_login(supervisor)
    version = instruments[code]

    page = client.get(version.get_absolute_url()).content.decode()

    assert all(f'data-question="{key}"' in page for key in version.form.questions)
    assert "style=" not in page
    assert "ไม่ถูกบันทึก" in page


def test_the_blank_form_is_a_pdf_with_every_question(client, instruments, supervisor):
    from documents.kinds import document_html

    version = instruments["INS-06"]
    html, title, code = document_html("blank-form", version, supervisor)

    assert (title, code) == (version.instrument.title, "INS-06-1")
    assert all(question.text in html for question in version.form.questions.values())
    client.force_login(supervisor)
    answer = client.get(reverse("instruments:version-blank", args=[version.pk]))
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


def test_a_version_is_published_by_the_head_only_when_it_is_whole(office, person, instruments):
    head = person(Role.GROUP_HEAD)
    own = Instrument.objects.create(area=office, code="OWN", title="ของเขต")
    version = InstrumentVersion(instrument=own, definition={"sections": []})
    version.save()

    with pytest.raises(TransitionError, match="อย่างน้อยหนึ่งตอน"):
        perform(version, "submit", by=head)

    version.definition = instruments["INS-02"].definition
    version.save()
    perform(version, "submit", by=head)
    with pytest.raises(ValidationError, match="อยู่ระหว่างตรวจสอบ"):
        version.save()
    perform(version, "publish", by=head)
    version.refresh_from_db()
    assert (version.state, version.published_at is not None) == (PUBLISHED, True)
    draft = new_draft(version, by=head)
    assert (draft.number, draft.state, draft.content_hash) == (2, "draft", version.content_hash)
    perform(version, "retire", by=head, reason="มีฉบับใหม่")
    assert own.current is None


# -- Without JavaScript --------------------------------------------------------------------------------------------


def shown(response, section, *, without=(), **posted):
    """What a browser posts of a section that was shown with its present answers."""
    data = QueryDict(mutable=True)
    for view in section_views(response.form.section(section), response.answers):
        for slot in view.slot_views:
            if slot.slot.kind == "photo":
                continue
            data[f"was-{slot.key}"] = slot.was
            values = slot.value if isinstance(slot.value, list) else [slot.text] if slot.text else []
            if slot.key not in without and values:
                data.setlist(f"a-{slot.key}", values)
        if view.is_na:
            data[f"na-{view.key}"] = "on"
    for name, value in posted.items():
        data.setlist(name.replace("__", "-", 1).replace("__", "."), value if isinstance(value, list) else [value])
    return data


def post(response, section, *, by, **posted):
    events = form_events_from_post(response.form, response.answers, shown(response, section, **posted))
    return events, send(response, *events, by=by) if events else None


def test_a_plain_post_says_only_what_was_changed(response, supervisor):
    send(response, event("B1", 4), event("B2", 3), by=supervisor)

    events, _ = post(response, "B", by=supervisor, a__B2="5", a__B1__note="คำสั่ง")

    assert {item["key"]: item["v"] for item in events} == {"B2": "5", "B1.note": "คำสั่ง"}
    assert response.answers["B2"]["v"] == 5


def test_a_plain_post_neither_takes_over_nor_contradicts_what_another_said_meanwhile(response, supervisor, colleague):
    page = shown(response, "B", a__B1="4")
    send(response, event("B2", 2), by=colleague)

    events = form_events_from_post(response.form, response.answers, page)
    send(response, *events, by=supervisor)

    assert [item["key"] for item in events] == ["B1"]
    assert (response.answers["B1"]["v"], response.answers["B2"]["v"]) == (4, 2)


def test_a_plain_post_that_contradicts_another_is_a_conflict_and_can_settle_it(response, supervisor, colleague):
    page = shown(response, "B", a__B1="4")
    send(response, event("B1", 2), by=colleague)
    send(response, *form_events_from_post(response.form, response.answers, page), by=supervisor)
    rival = response.answers["B1"]["rivals"][0]

    post(response, "B", by=supervisor, settle=f"B1|{rival['e']}")

    assert (response.answers["B1"]["v"], "rivals" in response.answers["B1"]) == (4, False)


def test_a_plain_post_can_clear_and_say_not_applicable(response, supervisor):
    send(response, event("B1", 4), event("B2", na=True), by=supervisor)

    post(response, "B", by=supervisor, clear="B1", a__B2="3", na__B3="on")

    assert "v" not in response.answers["B1"]
    assert response.answers["B3"]["na"] is True


def test_an_answer_given_to_a_question_marked_not_applicable_is_taken_by_plain_post(response, supervisor):
    send(response, event("B1", na=True), by=supervisor)

    post(response, "B", by=supervisor, a__B1="4")

    assert (response.answers["B1"].get("v"), "na" in response.answers["B1"]) == (4, False)


def test_several_choices_and_their_words_arrive_by_plain_post(response, supervisor):
    post(response, "A", by=supervisor, a__A5=["3", "1"], a__A6="2", a__A6__other="โครงการอ่านออกเขียนได้")

    answers = {key: entry["v"] for key, entry in response.answers.items()}
    assert answers == {"A5": ["1", "3"], "A6": "2", "A6.other": "โครงการอ่านออกเขียนได้"}
    assert post(response, "A", by=supervisor) == ([], None)


def test_a_page_that_was_tampered_with_says_nothing(response, supervisor):
    data = shown(response, "B", a__B1="4")
    data["was-B1"] = "[null,null,false]:forged"

    assert form_events_from_post(response.form, response.answers, data) == []
