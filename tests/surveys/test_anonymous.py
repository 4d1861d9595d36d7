"""Where anonymity is promised, nothing that is kept tells who answered, or when within the day."""

import uuid
from datetime import datetime, time
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from documents.kinds import document_html
from surveys.models import refused_questions
from surveys.services import SurveyRefused, reopen_answer
from tests.instruments.every_type import make_every_type
from tests.surveys.conftest import WHOLE
from thai.dates import long_date

pytestmark = pytest.mark.django_db


def everything() -> dict[tuple[str, Any], dict[str, Any]]:
    """Every row of every table."""
    there = set(connection.introspection.table_names())
    return {
        (model._meta.label, row["pk"]): row
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table in there
        for row in (dict(values, pk=values[model._meta.pk.attname]) for values in model._base_manager.values())
    }


@pytest.mark.parametrize("way", ["script", "plain"])
@pytest.mark.parametrize("audience", ["schools", "link"])
def test_nothing_tells_of_a_signed_in_teacher_who_answered(signed_in, world, make_survey, way, audience):
    survey = make_survey(anonymous=True, per_school="many", audience=audience)
    token = survey.places.get(school=world.school).token if audience == "schools" else survey.token
    address = reverse("surveys:answer", args=[token])
    client = signed_in(world.teacher)
    before = everything()
    shown = client.get(address).content.decode()
    assert world.teacher.first_name not in shown

    if way == "script":
        sent = client.post(
            f"{address}send/", {"id": str(uuid.uuid4()), "answers": WHOLE}, content_type="application/json"
        )
        assert sent.status_code == 200
        receipt = client.get(sent.json()["url"]).content.decode()
    else:
        receipt = client.post(
            address, {"id": str(uuid.uuid4())} | {f"a-{k}": v for k, v in WHOLE.items()}, follow=True
        ).content.decode()

    assert "ครูใช้สื่อได้ดี" not in receipt
    new = {key: row for key, row in everything().items() if before.get(key) != row}
    assert {label for label, _ in new} == {
        "instruments.Response", "instruments.AnswerBatch", "instruments.Tally", "surveys.SurveyAnswer"
    }  # fmt: skip
    people = {"by_id", "opened_by_id", "person_id", "user_id", "uploaded_by_id", "reopened_by_id", "history_user_id"}
    for (label, _), row in new.items():
        for name, value in row.items():
            assert name not in people or value is None, (label, name)
            if isinstance(value, datetime):
                assert timezone.localtime(value).time() == time(0), (label, name, value)
        text = repr(row)
        assert world.teacher.username not in text
        assert world.teacher.first_name not in text
    batch = next(row for (label, _), row in new.items() if label == "instruments.AnswerBatch")
    response = next(row for (label, _), row in new.items() if label == "instruments.Response")
    assert batch["device"] == ""
    for entry in response["answers"].values():
        assert entry["by"] is None
        assert entry["at"].endswith("T00:00:00+07:00")
    assert batch["payload"].count("T00:00:00+07:00") == len(WHOLE)


@pytest.mark.parametrize("anonymous", [True, False])
def test_paper_names_the_hour_of_an_answer_only_where_it_is_known(client, world, make_survey, anonymous):
    survey = make_survey(anonymous=anonymous, per_school="many")
    address = reverse("surveys:answer-send", args=[survey.places.get(school=world.school).token])
    client.post(address, {"id": str(uuid.uuid4()), "answers": WHOLE}, content_type="application/json")

    html = document_html("filled-form", survey.answers.get().response)[0]

    today = long_date(timezone.localdate())
    assert f"<dt>ปิดรับคำตอบเมื่อ</dt><dd>{today}{'</dd>' if anonymous else ' เวลา '}" in html


def test_the_list_of_schools_says_numbers_only_and_few_are_not_counted_out(signed_in, client, world, make_survey):
    survey = make_survey(anonymous=True, per_school="many")
    address = reverse("surveys:answer-send", args=[survey.places.get(school=world.school).token])
    for _ in range(2):
        client.post(address, {"id": str(uuid.uuid4()), "answers": WHOLE}, content_type="application/json")

    shown = signed_in(world.supervisor).get(reverse("surveys:survey-schools", args=[survey.pk])).content.decode()

    assert "1–4 ชุด" in shown
    assert "2 ชุด" not in shown.replace("1–4 ชุด", "")
    assert "อ่านคำตอบ" not in shown


def test_no_single_anonymous_answer_is_read_or_opened(signed_in, client, world, make_survey):
    survey = make_survey(anonymous=True)
    place = survey.places.get(school=world.school)
    address = reverse("surveys:answer-send", args=[place.token])
    name = str(uuid.uuid4())
    client.post(address, {"id": name, "answers": WHOLE}, content_type="application/json")
    answer = survey.answers.get()

    with pytest.raises(SurveyRefused, match="ระบุตัวผู้ตอบ"):
        reopen_answer(answer, by=world.supervisor, reason="แก้")
    office = signed_in(world.supervisor)
    assert office.get(f"{survey.get_absolute_url()}answers/{answer.pk}/").status_code == 404
    assert client.get(reverse("surveys:answer-receipt", args=[place.token, name])).status_code == 404
    again = client.get(reverse("surveys:answer", args=[place.token])).content.decode()
    assert "ส่งคำตอบแล้ว" in again
    assert world.school_head.first_name not in again


def test_a_school_that_answers_once_is_told_that_it_stays_known(client, world, make_survey):
    survey = make_survey(anonymous=True)

    shown = client.get(reverse("surveys:answer", args=[survey.places.get(school=world.school).token])).content.decode()

    assert "สำนักงานทราบว่าคำตอบมาจาก" in shown


def test_a_form_that_tells_who_answers_is_refused_with_the_questions(world, make_survey):
    version = make_every_type()

    with pytest.raises(SurveyRefused, match="ซึ่งทำให้รู้ว่าใครตอบ"):
        make_survey(version=version, anonymous=True)

    said = [s for s in refused_questions(version.form, anonymous=True) if "รู้ว่าใครตอบ" in s]
    kinds = {"signature", "place", "file", "photo"}
    questions = version.form.questions.values()
    telling = [q for q in questions if q.type in kinds or any(slot.kind == "photo" for slot in q.slots)]
    assert len(said) == len(telling) > len(kinds)
