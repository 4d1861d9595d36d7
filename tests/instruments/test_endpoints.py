"""What the browser module hears: outcomes, refusals in words, others' answers, who else is here."""

import json
import threading
import uuid

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory

from instruments.endpoints import poll_json, save_json, save_post, upload_json
from instruments.models import AnswerBatch, Response
from instruments.queries import replay
from instruments.services import lock_response, record_answers
from tests.instruments.helpers import event, send
from tests.instruments.test_pages import shown
from tests.instruments.test_pictures import picture, signature_url


@pytest.fixture(autouse=True)
def nobody_here():
    cache.clear()


def call(view, response, user, data=None, *, method="post", **more):
    factory = RequestFactory()
    if method == "get":
        request = factory.get("/x/", data)
    elif isinstance(data, dict) and more.pop("form", False):
        request = factory.post("/x/", data)
    else:
        request = factory.post("/x/", json.dumps(data), content_type="application/json")
    request.user = user
    answer = view(request, Response.objects.get(pk=response.pk), **more)
    return answer.status_code, json.loads(answer.content)


def batch(*events, user, revision=0, **more):
    return {
        "batch": str(uuid.uuid4()),
        "user": user.pk,
        "device": "d",
        "revision": revision,
        "events": list(events),
    } | more


def test_a_batch_comes_back_with_time_progress_and_scores(response, supervisor):
    rating = event("B1", 4)

    status, heard = call(save_json, response, supervisor, batch(rating, user=supervisor))

    assert status == 200
    assert heard["saved"] == [{"id": rating["id"], "key": "B1", "e": rating["id"]}]
    assert heard["progress"]["sections"]["B"]["answered"] == 1
    assert heard["changes"]["B1"]["v"] == 4
    assert heard["scores"]["whole"]["mean"] == "4.00"


def test_one_hears_of_the_other_and_of_the_others_answers(response, supervisor, colleague):
    call(save_json, response, colleague, batch(event("B2", 5), user=colleague, section="ด้านที่ 1"))

    _, heard = call(poll_json, response, supervisor, {"revision": 0, "section": "ด้านที่ 2"}, method="get")

    assert [(other["name"], other["section"]) for other in heard["others"]] == [("สมหญิง", "ด้านที่ 1")]
    assert heard["changes"]["B2"]["v"] == 5
    _, heard = call(poll_json, response, supervisor, {"revision": heard["revision"]}, method="get")
    assert heard["changes"] == {}


def test_answers_of_one_account_are_never_recorded_as_anothers(response, supervisor, colleague):
    status, heard = call(save_json, response, colleague, batch(event("B1", 4), user=supervisor))

    assert (status, "บัญชีอื่น" in heard["message"], AnswerBatch.objects.count()) == (409, True, 0)


def test_a_locked_response_answers_409_and_nonsense_422(response, supervisor):
    assert call(save_json, response, supervisor, [1])[0] == 422
    assert call(save_json, response, supervisor, batch(user=supervisor) | {"events": "x"})[0] == 422
    lock_response(response, by=supervisor)
    status, heard = call(save_json, response, supervisor, batch(event("B1", 4), user=supervisor))
    assert (status, "ปิดรับ" in heard["message"]) == (409, True)


def test_a_photo_and_a_signature_arrive(response, supervisor):
    data = {"slot": "B1.photo", "uuid": str(uuid.uuid4()), "user": str(supervisor.pk), "file": picture((50, 50))}
    status, heard = call(upload_json, response, supervisor, data, form=True, photo_base="/p/")
    assert (status, heard["attachment"]["url"]) == (200, f"/p/{data['uuid']}/")

    status, heard = call(upload_json, response, supervisor, {"slot": "B1", "signature": signature_url()}, form=True)
    assert (status, "ลงลายมือชื่อไม่ได้" in heard["message"]) == (422, True)
    assert call(upload_json, response, supervisor, {"slot": "B1.photo"}, form=True)[0] == 422


def test_a_plain_post_with_a_file_saves_both_and_says_what_it_refused(response, supervisor):
    data = shown(response, "B", a__B1="4", a__B2="9")
    request = RequestFactory().post("/x/", data.dict() | {"file-B1.photo": picture((50, 50))})
    request.user = supervisor

    outcome, refusals = save_post(request, response)

    response.refresh_from_db()
    assert (response.answers["B1"]["v"], len(response.answers["B1.photo"]["v"])) == (4, 1)
    assert len(refusals) == 1
    assert outcome is not None


@pytest.mark.django_db(transaction=True)
def test_two_devices_at_the_same_moment_lose_nothing(response, supervisor, colleague):
    start = threading.Barrier(2)
    failures = []

    def work(user, keys):
        try:
            start.wait()
            for key in keys:
                record_answers(response_of[user.pk], batch=uuid.uuid4(), events=[event(key, 4)], by=user)
        except Exception as error:  # noqa: BLE001 -- told to the test below
            failures.append(error)
        finally:
            connection.close()

    response_of = {user.pk: Response.objects.get(pk=response.pk) for user in (supervisor, colleague)}
    keys = [question.key for question in response.form.questions.values() if question.type == "rating"]
    threads = [
        threading.Thread(target=work, args=(supervisor, keys[:12])),
        threading.Thread(target=work, args=(colleague, keys[8:20])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    response.refresh_from_db()
    assert failures == []
    assert sorted(response.answers) == sorted(keys[:20])
    assert response.revision == AnswerBatch.objects.count() == 24
    assert replay(response) == response.answers


def test_a_batch_of_another_response_is_its_own(response, instruments, office, supervisor):
    from instruments.services import open_response

    other = open_response(instruments["INS-01"], area=office, by=supervisor)
    name = uuid.uuid4()
    send(response, event("B1", 4), by=supervisor, batch=name)

    assert send(other, event("B1", 5), by=supervisor, batch=name).saved
