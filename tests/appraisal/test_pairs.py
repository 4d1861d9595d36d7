"""Two people rate the same lesson: alone, unseen by each other; the head alone reads how far they agree."""

import threading
import uuid
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from analysis.exports.selection import Selection, responses_of
from analysis.models import Export
from appraisal.models import AgreementPair, TryOut
from appraisal.queries.pairs import of_all, of_one, sent_with
from appraisal.services.pairs import PairRefused, create_pair, send_rating
from documents.kinds import get_kind
from instruments.models import AnswerBatch, Attachment, Collection, Response, Tally
from instruments.services import open_response, record_answers
from tests.documents.reading import by_poppler, packed
from tests.supervision.factories import FIRST_DAY, make_person, make_user
from workflows.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(world):
    return make(world)


def make(world, subject="การสอนภาษาไทย ป.4"):
    return create_pair(
        version=world.instrument.versions.get(), area=world.area, subject=subject, on=FIRST_DAY, school=world.school,
        first=world.supervisor, second=world.colleague, by=world.head,
    )  # fmt: skip


def answer(response, by, **values):
    events = [
        {"id": str(uuid.uuid4()), "key": key, "v": value, "at": "2026-12-01T10:00:00+07:00", "base": None}
        for key, value in values.items()
    ]
    record_answers(response, batch=uuid.uuid4(), events=events, by=by)


def rate(pair, world, first, second):
    """Both rate A1 and A2 and send."""
    for rater, response, values in (
        (world.supervisor, pair.first_response, first),
        (world.colleague, pair.second_response, second),
    ):
        answer(response, rater, A1=values[0], A2=values[1])
        send_rating(pair, by=rater)
    return AgreementPair.objects.get(pk=pair.pk)


def test_both_raters_are_told_and_each_has_a_response_of_their_own(world, pair):
    assert pair.first_response != pair.second_response
    assert {notice.user for notice in Notice.objects.filter(url=pair.get_absolute_url())} == {
        world.supervisor, world.colleague,
    }  # fmt: skip


def test_nobody_is_paired_with_themselves(world):
    with pytest.raises(PairRefused, match="ไม่ใช่คนเดียวกัน"):
        create_pair(
            version=world.instrument.versions.get(), area=world.area, subject="ก", on=FIRST_DAY,
            first=world.supervisor, second=world.supervisor, by=world.head,
        )  # fmt: skip


def test_a_rating_with_gaps_is_not_sent(world, pair):
    with pytest.raises(PairRefused, match="ยังไม่ได้ตอบข้อที่ต้องตอบ"):
        send_rating(pair, by=world.supervisor)


def test_joint_ratings_count_in_no_statistics(world, pair):
    rate(pair, world, (5, 4), (4, 4))

    assert not Tally.objects.exists()


def test_the_head_is_told_when_both_have_sent(world, pair):
    rate(pair, world, (5, 4), (4, 4))

    assert "ส่งผล" in Notice.objects.get(user=world.head).text


# -- Who sees what -------------------------------------------------------------------------------------------------


def test_before_both_have_sent_the_head_sees_no_ratings(signed_in, world, pair):
    answer(pair.first_response, world.supervisor, A1=5, A2=1)
    send_rating(pair, by=world.supervisor)

    page = signed_in(world.head).get(pair.get_absolute_url()).text

    assert "ผลความสอดคล้องจะแสดงเมื่อผู้ประเมินส่งครบทั้งสองคน" in page
    assert 'class="marks"' not in page


def test_the_head_reads_how_far_both_agree(signed_in, world, pair):
    rate(pair, world, (5, 4), (4, 4))

    page = signed_in(world.head).get(pair.get_absolute_url()).text

    assert "50.00" in page
    assert "100.00" in page
    assert "ควรมีอย่างน้อย 10" in page


@pytest.mark.parametrize("rater", ["supervisor", "colleague"])
def test_a_rater_never_sees_the_other_or_the_result(signed_in, world, pair, rater):
    rate(pair, world, (5, 4), (4, 4))
    client = signed_in(getattr(world, rater))

    page = client.get(pair.get_absolute_url())

    other = world.colleague if rater == "supervisor" else world.supervisor
    assert page.status_code == 200
    assert "ท่านส่งผลแล้ว" in page.text
    assert 'class="marks"' not in page.text
    assert other.first_name not in page.text
    assert client.get(reverse("appraisal:pair-pdf", args=[pair.pk])).status_code == 403


@pytest.mark.parametrize(
    ("who", "page", "fill"),
    [
        ("head", 200, 404),
        ("director", 404, 404),
        ("workgroup_head", 404, 404),
        ("far_head", 404, 404),
        ("school_head", 404, 404),
    ],
)
def test_nobody_else_rates_and_only_the_head_looks(signed_in, world, pair, who, page, fill):
    client = signed_in(getattr(world, who))

    assert client.get(pair.get_absolute_url()).status_code == page
    assert client.get(reverse("appraisal:pair-fill", args=[pair.pk])).status_code == fill
    assert client.post(reverse("appraisal:pair-send", args=[pair.pk])).status_code == 404


def test_joint_ratings_are_no_try_out_that_others_could_read(signed_in, world, pair):
    rate(pair, world, (5, 4), (4, 4))
    url = reverse("appraisal:tryout-new", args=[pair.version_id])

    response = signed_in(world.supervisor).post(url, {"title": "แอบดู", "collection": pair.collection_id})

    assert response.status_code == 422
    assert not TryOut.objects.exists()


READERS = ["supervisor", "colleague", "workgroup_head", "director", "head", "committee", "clerk", "bystander"]


def attached(response, by):
    return Attachment.objects.create(
        response=response, slot="A1", kind=Attachment.FILE, sha256="0" * 64, content_type="application/pdf", size=9,
        uploaded_by=by, file="answers/x.pdf",
    )  # fmt: skip


@pytest.mark.parametrize("who", READERS)
def test_a_rating_is_seen_by_whoever_gave_it_alone(world, pair, who):
    rate(pair, world, (5, 4), (4, 4))
    for response, rater in ((pair.first_response, world.supervisor), (pair.second_response, world.colleague)):
        attached(response, rater)
    world.bystander = make_person("supervisor", area=world.area)
    user = getattr(world, who)
    own = {response for response in (pair.first_response, pair.second_response) if response.opened_by == user}

    sealed = Response.objects.filter(collection=pair.collection)
    assert set(sealed.visible_to(user)) == own
    for model in (AnswerBatch, Attachment):
        found = model.objects.filter(response__collection=pair.collection)
        assert found.count() > 1
        assert {part.response for part in found.visible_to(user)} == own
    assert not Collection.objects.visible_to(user).filter(pk=pair.collection_id)


@pytest.mark.parametrize("who", ["supervisor", "colleague", "workgroup_head", "director", "head"])
def test_no_file_of_answers_holds_a_joint_rating(signed_in, world, pair, who):
    rate(pair, world, (5, 4), (4, 4))
    open_response(pair.version, area=world.area, by=world.head, on=FIRST_DAY)  # the one that a file may hold
    client = signed_in(getattr(world, who))
    page = reverse("analysis:export-new", args=[pair.version.instrument_id])
    asked = {"area": world.area.pk, "file": "csv", "tryouts": "on", "unfinished": "on"}

    client.post(page, asked | {"ask": uuid.uuid4()})
    refused = client.post(page, asked | {"ask": uuid.uuid4(), "collection": pair.collection_id})

    assert "ประเมินร่วม" not in client.get(page).text
    assert refused.status_code == 422
    assert [export.total for export in Export.objects.all()] == [1]
    chosen = Selection(area=world.area.pk, instrument=pair.version.instrument_id, tryouts=True, unfinished=True)
    for selection in (chosen, replace(chosen, collection=pair.collection_id)):
        assert not responses_of(selection).filter(collection=pair.collection)


@pytest.mark.parametrize("who", ["supervisor", "colleague", "committee", "head"])
@pytest.mark.parametrize("name", ["form-summary", "form-summary-xlsx", "form-summary-pdf"])
def test_no_summary_speaks_of_a_joint_rating(signed_in, world, pair, who, name):
    rate(pair, world, (5, 4), (4, 4))
    address = reverse(f"analysis:{name}", args=[pair.version.instrument_id])
    client = signed_in(getattr(world, who))

    chosen = client.get(f"{address}?collection={pair.collection_id}")

    assert chosen.status_code == 200
    if name == "form-summary":
        assert "ประเมินร่วม" not in chosen.text
        assert "ไม่พบรอบเก็บข้อมูล" in chosen.text
        assert chosen.context["summary"].responses == client.get(address).context["summary"].responses


@pytest.mark.parametrize("who", ["supervisor", "colleague", "committee", "director", "clerk"])
def test_no_address_of_the_pair_opens_the_rating_of_another(signed_in, world, pair, who):
    rate(pair, world, (5, 4), (4, 4))
    user = getattr(world, who)
    client = signed_in(user)
    theirs = [r for r in (pair.first_response, pair.second_response) if r.opened_by != user]
    files = [attached(response, response.opened_by) for response in theirs]

    for name in ("pair-file", "pair-file-thumb"):
        for file in files:
            assert client.get(reverse(f"appraisal:{name}", args=[pair.pk, file.pk])).status_code == 404
    assert client.get(reverse("appraisal:pair-pdf", args=[pair.pk])).status_code in (403, 404)
    for response in theirs:
        assert not get_kind("filled-form").objects(user).filter(pk=response.pk)


def test_the_administrator_reads_no_joint_rating(client, world, pair):
    rate(pair, world, (5, 4), (4, 4))
    client.force_login(make_user("ผู้ดูแล", is_staff=True, is_superuser=True))

    for model, pk in (("response", pair.first_response_id), ("answerbatch", pair.first_response.batches.first().pk)):
        assert client.get(reverse(f"admin:instruments_{model}_change", args=[pk])).status_code == 302
    assert "ประเมินร่วม" not in client.get(reverse("admin:instruments_response_changelist")).text


def test_sealed_answers_never_count_in_the_office(world):
    with pytest.raises(IntegrityError, match="sealed_is_not_counted"), transaction.atomic():
        Collection.objects.create(area=world.area, title="ก", sealed=True, counted=True)


# -- Filling -------------------------------------------------------------------------------------------------------


def event(key, value):
    return {"id": str(uuid.uuid4()), "key": key, "v": value, "at": "2026-12-01T10:00:00+07:00", "base": None}


def test_each_rater_fills_the_own_response_by_the_same_address(signed_in, world, pair):
    url = reverse("appraisal:pair-fill-save", args=[pair.pk])
    for rater, value in ((world.supervisor, 5), (world.colleague, 2)):
        client = signed_in(rater)
        assert "จัดกิจกรรมการเรียนรู้เชิงรุก" in client.get(reverse("appraisal:pair-fill", args=[pair.pk])).text
        data = {"batch": str(uuid.uuid4()), "user": rater.pk, "events": [event("A1", value)], "revision": 0}
        assert client.post(url, data, content_type="application/json").status_code == 200

    pair = AgreementPair.objects.select_related("first_response", "second_response").get()
    assert pair.first_response.answers["A1"]["v"] == 5
    assert pair.second_response.answers["A1"]["v"] == 2


def test_whoever_is_not_signed_in_is_asked_to_by_401(client, pair):
    response = client.post(reverse("appraisal:pair-fill-save", args=[pair.pk]), "{}", content_type="application/json")

    assert response.status_code == 401


def test_after_sending_nothing_more_is_taken(signed_in, world, pair):
    rate(pair, world, (5, 4), (4, 4))
    client = signed_in(world.supervisor)
    data = {"batch": str(uuid.uuid4()), "user": world.supervisor.pk, "events": [event("A1", 1)], "revision": 0}

    refused = client.post(reverse("appraisal:pair-fill-save", args=[pair.pk]), data, content_type="application/json")

    assert refused.status_code == 409
    assert client.get(reverse("appraisal:pair-fill", args=[pair.pk])).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_both_raters_send_at_once_and_the_head_is_told_once(world):
    pair = make(world)
    answer(pair.first_response, world.supervisor, A1=5, A2=4)
    answer(pair.second_response, world.colleague, A1=4, A2=4)
    gate = threading.Barrier(2)

    def press(rater):
        gate.wait()
        try:
            send_rating(AgreementPair.objects.get(pk=pair.pk), by=rater)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(rater,)) for rater in (world.supervisor, world.colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Notice.objects.filter(user=world.head).count() == 1
    assert AgreementPair.objects.get(pk=pair.pk).both_sent


# -- Numbers -------------------------------------------------------------------------------------------------------


def test_questions_are_compared_one_by_one(world, pair):
    [group] = of_one(rate(pair, world, (5, 3), (3, 3)))

    assert [(row.number, row.first, row.second, row.apart) for row in group.rows] == [(1, 5, 3, 2), (2, 3, 3, 0)]
    assert (str(group.result.exact), group.result.n) == ("50.00", 2)


def test_several_lessons_on_the_same_form_are_pooled(world):
    rate(make(world, "ครั้งที่ 1"), world, (5, 4), (5, 4))
    last = rate(make(world, "ครั้งที่ 2"), world, (3, 2), (2, 2))
    make(world, "ยังไม่ส่ง")

    [group] = of_all(sent_with(last))

    assert (group.result.n, group.result.occasions) == (4, 2)
    assert str(group.result.exact) == "75.00"
    assert [(row.n, str(row.exact), str(row.adjacent)) for row in group.rows] == [
        (2, "50.00", "100.00"), (2, "100.00", "100.00"),
    ]  # fmt: skip


def test_the_result_is_printed_for_the_head(signed_in, world, pair, tmp_path):
    rate(pair, world, (5, 4), (4, 4))

    response = signed_in(world.head).get(reverse("appraisal:pair-pdf", args=[pair.pk]))

    text = packed(by_poppler(response.content, tmp_path))
    assert packed("ความสอดคล้องระหว่างผู้ประเมิน") in text
    assert packed("การสอนภาษาไทย ป.4") in text


def test_nothing_is_printed_before_both_have_sent(signed_in, world, pair):
    response = signed_in(world.head).get(reverse("appraisal:pair-pdf", args=[pair.pk]), follow=True)

    assert "ยังส่งผลไม่ครบสองคน" in response.text


def test_the_head_names_the_raters_in_the_browser(signed_in, world):
    data = {
        "version": world.instrument.versions.get().pk, "subject": "การสอนคณิต ป.2", "on": "1/12/2569",
        "first": world.supervisor.pk, "second": world.colleague.pk,
    }  # fmt: skip
    client = signed_in(world.head)

    same = client.post(reverse("appraisal:pair-new"), data | {"second": world.supervisor.pk})
    assert same.status_code == 422
    assert "ผู้ประเมินสองคนต้องไม่ใช่คนเดียวกัน" in same.text
    assert "การสอนคณิต ป.2" in same.text

    response = client.post(reverse("appraisal:pair-new"), data, follow=True)
    assert "มอบหมายแล้ว" in response.text
    assert signed_in(world.supervisor).post(reverse("appraisal:pair-new"), data).status_code == 403


@pytest.mark.parametrize("count", [1, 5])
def test_the_page_costs_the_same_for_one_lesson_or_many(signed_in, world, count, django_assert_max_num_queries):
    for number in range(count):
        last = rate(make(world, f"ครั้งที่ {number}"), world, (5, 4), (4, 4))
    client = signed_in(world.head)
    client.get(last.get_absolute_url())

    with django_assert_max_num_queries(10):
        client.get(last.get_absolute_url())


def test_what_waits_for_a_rater_stands_on_top_however_many_newer_ones_were_sent(world, pair, signed_in):
    for number in range(31):
        newer = make(world, f"คาบที่ {number}")
        rate(newer, world, (4, 4), (4, 4))

    page = signed_in(world.supervisor).get(reverse("appraisal:quality"))

    assert [waiting.subject for waiting in page.context["mine"]] == [pair.subject]
