"""The pages of feedback: what the school reads and sends, what the team marks, the list, the files."""

import re

import pytest
from django.urls import reverse

from accounts.renderer import CHOOSE_AGAIN
from instruments.services import record_answers
from supervision.flows import RECOMMENDATION, VISIT
from supervision.models import Finding, Recommendation, RecommendationFile
from supervision.services.recommendations import answer_plan, carry_over, report_done
from tests.supervision.factories import make_recommendation, make_visit, put
from tests.supervision.feedback import DUE, file, pdf, photo, released
from workflows.services import perform

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    """What a person reads: the page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def plan_data(recommendation, **changed) -> dict:
    data = {"revision": recommendation.revision}
    fields = {"text": "จะประชุมครูทั้งโรงเรียน", "due_on": "31/1/2573"} | changed
    return data | {f"r{recommendation.pk}plan-{name}": value for name, value in fields.items()}


def report_data(recommendation, *, files=(), text="ประชุมแล้ว ครูทุกคนมีแผน") -> dict:
    return {
        "revision": recommendation.revision,
        f"r{recommendation.pk}report-text": text,
        f"r{recommendation.pk}report-files": list(files),
    }


# -- The school's page ---------------------------------------------------------------------------------------------


@pytest.fixture
def record(world):
    """A released visit with a filled form, findings and a recommendation, moved there by the book."""
    visit = make_visit(world.school, world.supervisor, team=[world.colleague], instruments=[world.instrument])
    perform(visit, "start", by=world.supervisor)
    response = visit.forms.get().response
    events = [
        {"id": f"00000000-0000-4000-8000-00000000000{n}", "key": key, "v": value}
        for n, (key, value) in enumerate({"A1": 5, "A2": 4, "B1": "ครูเตรียมสื่อดี"}.items())
    ]
    record_answers(response, batch="00000000-0000-4000-8000-0000000000aa", events=events, by=world.supervisor)
    Finding.objects.create(visit=visit, kind="improve", text="มุมหนังสือยังน้อย")
    Finding.objects.create(visit=visit, kind="strength", text="ครูทุกคนใช้สื่อ")
    make_recommendation(visit)
    type(visit).objects.filter(pk=visit.pk).update(
        summary="การจัดการเรียนรู้อยู่ในเกณฑ์ดี", hosts="นายประยูร", state="submitted"
    )
    visit.refresh_from_db()
    perform(visit, "check", by=world.workgroup_head)
    perform(visit, "release", by=world.head)
    return visit


def test_the_school_reads_its_record_strengths_first_and_levels_in_words(client, world, record):
    client.force_login(world.school_head)

    page = text_of(client.get(record.get_absolute_url()))

    assert page.index("ครูทุกคนใช้สื่อ") < page.index("มุมหนังสือยังน้อย")
    assert "การจัดการเรียนรู้อยู่ในเกณฑ์ดี" in page
    assert "ด้านการจัดกระบวนการเรียนรู้ มาก ค่าเฉลี่ย 4.50" in page
    assert "จัดกิจกรรมการเรียนรู้เชิงรุก 5 มากที่สุด" in page
    assert "ไม่ได้ใช้จัดอันดับโรงเรียน" in page
    assert "ไม่ได้หมายถึงเห็นด้วย" in page
    assert "รอโรงเรียนรับทราบ" in page
    assert "ตอบแผนการดำเนินการ" in page


def test_no_internal_word_reaches_the_school(client, world, record):
    internal = {state.label for state in VISIT.states if state.outside} | {
        state.label for state in RECOMMENDATION.states if state.outside and state.outside != state.label
    }
    internal |= {"ส่งบันทึกให้ตรวจ", "ตรวจแล้ว ถูกต้อง", "ส่งกลับแก้ไข", "เริ่มการนิเทศ", "ตรวจแล้ว รอเผยแพร่", "รอตรวจ"}
    internal -= {state.outside for state in (*VISIT.states, *RECOMMENDATION.states)}
    recommendation = record.recommendations.get()
    client.force_login(world.school_head)

    for state in ("open", "planned", "reported", "reopened", "verified", "carried_over"):
        put(recommendation, state)
        for url in (
            record.get_absolute_url(),
            recommendation.get_absolute_url(),
            reverse("supervision:recommendation-list") + "?state=",
        ):
            page = client.get(url).content.decode()
            assert [word for word in sorted(internal) if word in page] == [], f"{url} in {state}"


def test_the_school_acknowledges_as_the_person_signed_in(client, world, record):
    client.force_login(world.school_head)

    client.post(reverse("supervision:visit-transition", args=[record.pk, "acknowledge"]), {"revision": record.revision})

    log = record.transitions.last()
    assert (log.action, log.by, log.role) == ("acknowledge", world.school_head, "school_head")
    assert "โรงเรียนรับทราบผลการนิเทศ" in text_of(client.get(record.get_absolute_url()))


def test_a_teacher_and_the_committee_read_but_cannot_answer(client, world, record):
    for person in (world.teacher, world.committee):
        client.force_login(person)
        page = client.get(record.get_absolute_url())
        assert page.status_code == 200
        assert "จัดทำปฏิทินนิเทศภายใน" in text_of(page)
        assert (
            reverse("supervision:recommendation-plan", args=[record.recommendations.get().pk])
            not in page.content.decode()
        )
        assert "รับทราบผลการนิเทศ</button>" not in page.content.decode()


def test_another_school_and_a_record_that_is_not_released_do_not_exist(client, world, record):
    client.force_login(world.other_school_head)
    recommendation = record.recommendations.get()
    urls = [
        record.get_absolute_url(),
        recommendation.get_absolute_url(),
        reverse("supervision:visit-pdf", args=[record.pk]),
        reverse("supervision:recommendation-plan", args=[recommendation.pk]),
        reverse("supervision:recommendation-report", args=[recommendation.pk]),
    ]
    for url in urls:
        assert (client.post(url) if url.endswith(("plan/", "report/")) else client.get(url)).status_code == 404

    put(record, "checked")
    client.force_login(world.school_head)
    for url in urls:
        assert (client.post(url) if url.endswith(("plan/", "report/")) else client.get(url)).status_code == 404


@pytest.mark.parametrize("count", [1, 8])
def test_the_schools_page_costs_the_same_for_one_recommendation_or_many(
    client, world, record, count, django_assert_num_queries
):
    for _ in range(count - 1):
        make_recommendation(record, state="planned")
    for recommendation in Recommendation.objects.all():
        answer_plan(recommendation, text="แผน", due_on=DUE, by=world.school_head)
        report_done(recommendation, text="เสร็จ", files=[photo()], by=world.school_head)
    Recommendation.objects.update(state="reopened")
    client.force_login(world.school_head)
    client.get(record.get_absolute_url())

    with django_assert_num_queries(19):
        client.get(record.get_absolute_url())


# -- Answers -------------------------------------------------------------------------------------------------------


def test_the_school_plans_and_reports_with_files_through_the_pages(client, world):
    recommendation = released(world)
    client.force_login(world.school_head)

    client.post(reverse("supervision:recommendation-plan", args=[recommendation.pk]), plan_data(recommendation))
    recommendation.refresh_from_db()
    assert recommendation.state == "planned"

    answer = client.post(
        reverse("supervision:recommendation-report", args=[recommendation.pk]),
        report_data(recommendation, files=[photo(), pdf()]),
        follow=True,
    )

    recommendation.refresh_from_db()
    assert recommendation.state == "reported"
    assert RecommendationFile.objects.count() == 2
    page = text_of(answer)
    assert "ประชุมแล้ว ครูทุกคนมีแผน" in page
    assert "คำสั่งโรงเรียน.pdf" in page


def test_what_was_typed_stays_on_the_page_after_a_refused_file(client, world):
    recommendation = released(world, state="planned")
    client.force_login(world.school_head)

    answer = client.post(
        reverse("supervision:recommendation-report", args=[recommendation.pk]),
        report_data(recommendation, files=[file("virus.jpg", b"MZ" + b"\0" * 99)], text="ข้อความที่พิมพ์ไว้ยาวมาก"),
    )

    assert answer.status_code == 422
    assert "ข้อความที่พิมพ์ไว้ยาวมาก</textarea>" in answer.content.decode()
    assert "virus.jpg" in text_of(answer)
    assert CHOOSE_AGAIN in text_of(answer)
    recommendation.refresh_from_db()
    assert recommendation.state == "planned"


def test_a_date_that_has_passed_is_refused_and_nothing_typed_is_lost(client, world):
    recommendation = released(world)
    client.force_login(world.school_head)

    answer = client.post(
        reverse("supervision:recommendation-plan", args=[recommendation.pk]),
        plan_data(recommendation, due_on="1/1/2560"),
    )

    assert answer.status_code == 422
    assert "หรือหลังจากนั้น" in text_of(answer)
    assert "จะประชุมครูทั้งโรงเรียน" in answer.content.decode()


def test_of_two_answers_from_two_open_pages_the_second_is_shown_what_came_first_and_keeps_its_text(client, world):
    recommendation = released(world)
    client.force_login(world.school_head)
    url = reverse("supervision:recommendation-plan", args=[recommendation.pk])
    client.post(url, plan_data(recommendation, text="แผนแรก"))

    second = client.post(url, plan_data(recommendation, text="แผนที่สอง"))

    page = text_of(second)
    assert second.status_code == 422
    assert "ไปก่อนแล้ว" in page
    assert "แผนแรก" in page
    assert "แผนที่สอง" in second.content.decode()
    recommendation.refresh_from_db()
    again = client.post(url, plan_data(recommendation, text="แผนที่สอง"))
    assert again.status_code == 302
    assert [entry.text for entry in recommendation.entries.all()] == ["แผนแรก", "แผนที่สอง"]


def test_the_supervisor_asks_again_with_a_reason_and_then_verifies(client, world):
    recommendation = released(world, state="reported")
    client.force_login(world.supervisor)
    page = client.get(recommendation.get_absolute_url()).content.decode()
    assert "ยืนยันผล" in page

    url = reverse("supervision:recommendation-transition", args=[recommendation.pk, "ask_again"])
    client.post(url, {"revision": 0, "reason": "ขอภาพกิจกรรม"})
    recommendation.refresh_from_db()
    assert recommendation.state == "reopened"

    client.force_login(world.school_head)
    page = text_of(client.get(recommendation.visit.get_absolute_url()))
    assert "ขอภาพกิจกรรม" in page


def test_automatic_moves_have_no_address(client, world):
    recommendation = released(world)
    client.force_login(world.school_head)

    for name in ("plan", "report", "carry_over", "settle", "nothing"):
        url = reverse("supervision:recommendation-transition", args=[recommendation.pk, name])
        assert client.post(url).status_code == 404


# -- The team's pages ----------------------------------------------------------------------------------------------


def test_the_team_adds_edits_and_removes_through_the_pages(client, world):
    visit = make_visit(world.school, world.supervisor, state="in_progress")
    client.force_login(world.supervisor)
    data = {"text": "จัดมุมหนังสือ", "owner": "ครู ป.1", "due_on": "31/1/2573"}

    client.post(reverse("supervision:recommendation-add", args=[visit.pk]), {f"new-{k}": v for k, v in data.items()})
    made = Recommendation.objects.get()
    assert (made.text, made.owner, made.due_on) == ("จัดมุมหนังสือ", "ครู ป.1", DUE)

    client.post(reverse("supervision:recommendation-edit", args=[made.pk]), data | {"text": "จัดมุมหนังสือทุกห้อง"})
    made.refresh_from_db()
    assert made.text == "จัดมุมหนังสือทุกห้อง"

    assert "จัดมุมหนังสือทุกห้อง" in text_of(client.get(reverse("supervision:recommendation-remove", args=[made.pk])))
    client.post(reverse("supervision:recommendation-remove", args=[made.pk]))
    assert not Recommendation.objects.exists()


def test_a_recommendation_due_before_the_visit_is_refused_and_kept_on_the_page(client, world):
    visit = make_visit(world.school, world.supervisor, state="in_progress")
    client.force_login(world.supervisor)

    answer = client.post(
        reverse("supervision:recommendation-add", args=[visit.pk]),
        {"new-text": "จัดมุมหนังสือ", "new-owner": "ครู", "new-due_on": "1/1/2560"},
    )

    assert answer.status_code == 422
    assert "จัดมุมหนังสือ</textarea>" in answer.content.decode()
    assert not Recommendation.objects.exists()


def test_what_was_left_open_stands_on_the_next_visit_and_is_marked_there(client, world):
    done, undone = released(world), released(world)
    later = make_visit(world.school, world.supervisor, state="in_progress")
    client.force_login(world.supervisor)
    page = text_of(client.get(later.get_absolute_url()))
    assert "เรื่องที่ค้างจากการนิเทศครั้งก่อน 2 ข้อ" in page

    client.post(
        reverse("supervision:recommendation-settle", args=[later.pk, done.pk]),
        {"revision": 0, f"settle{done.pk}-text": "เห็นปฏิทินแล้ว"},
    )
    client.post(
        reverse("supervision:recommendation-carry", args=[later.pk, undone.pk]),
        {"revision": 0, f"carry{undone.pk}-due_on": "31/1/2573"},
    )

    assert [put_state(row) for row in (done, undone)] == ["verified", "carried_over"]
    assert later.recommendations.get().carried_from == undone
    page = text_of(client.get(later.get_absolute_url()))
    assert "ติดตามแล้วในครั้งนี้" in page
    assert "ครั้งก่อน 2 ข้อ" not in page


def put_state(row) -> str:
    row.refresh_from_db()
    return row.state


def test_the_school_follows_a_chain_only_as_far_as_it_was_released(client, world):
    old = released(world)
    later = make_visit(world.school, world.supervisor, state="in_progress")
    new = carry_over(old, into=later, due_on=DUE, by=world.supervisor)
    client.force_login(world.school_head)

    assert new.get_absolute_url() not in client.get(old.get_absolute_url()).content.decode()
    put(later, "released")
    assert new.get_absolute_url() in client.get(old.get_absolute_url()).content.decode()
    assert old.get_absolute_url() in client.get(new.get_absolute_url()).content.decode()


# -- The list ------------------------------------------------------------------------------------------------------


def listed(client, query: str = "") -> list[Recommendation]:
    return client.get(reverse("supervision:recommendation-list") + query).context["page"].rows


def test_the_list_shows_what_waits_and_narrows_by_state_overdue_school_and_team(client, world):
    waiting = released(world)
    late = released(world, state="planned")
    Recommendation.objects.filter(pk=late.pk).update(due_on="2026-01-01")
    done = released(world, state="verified")
    elsewhere = make_recommendation(make_visit(world.other_school, world.colleague, state="released"))
    client.force_login(world.supervisor)

    assert listed(client) == [late, waiting, elsewhere]
    assert set(listed(client, "?state=")) == {waiting, late, done, elsewhere}
    assert listed(client, "?state=verified") == [done]
    assert listed(client, "?overdue=1") == [late]
    assert listed(client, "?q=พญาไท") == [elsewhere]
    assert listed(client, f"?school={world.other_school.pk}") == [elsewhere]
    assert set(listed(client, "?mine=1")) == {waiting, late}
    assert listed(client, "?state=nonsense&page=99999999999&school=x") is not None


def test_the_school_lists_only_its_own_in_its_own_words(client, world):
    mine = released(world)
    make_recommendation(make_visit(world.other_school, world.supervisor, state="released"))
    make_recommendation(make_visit(world.school, world.supervisor, state="submitted"))
    client.force_login(world.school_head)

    assert listed(client, "?state=") == [mine]
    page = text_of(client.get(reverse("supervision:recommendation-list")))
    assert "รอท่านตอบ" in page
    assert "รอแผนของโรงเรียน" not in page


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_costs_the_same_for_one_row_or_fifty(client, world, count, django_assert_num_queries):
    for _ in range(count):
        released(world)
    client.force_login(world.supervisor)
    listed(client)

    with django_assert_num_queries(5):
        listed(client)


@pytest.mark.parametrize("count", [1, 6])
def test_one_recommendation_costs_the_same_however_much_was_said(client, world, count, django_assert_num_queries):
    recommendation = released(world)
    for _ in range(count):
        answer_plan(recommendation, text="แผน", due_on=DUE, by=world.school_head)
        report_done(recommendation, text="เสร็จ", files=[photo()], by=world.school_head)
        perform(recommendation, "ask_again", by=world.supervisor, reason="อีก")
    client.force_login(world.supervisor)
    client.get(recommendation.get_absolute_url())

    with django_assert_num_queries(7):
        client.get(recommendation.get_absolute_url())


def test_a_long_list_is_counted_only_so_far(client, world, monkeypatch):
    monkeypatch.setattr("supervision.queries.recommendations.COUNTED", 30)
    for _ in range(32):
        released(world)
    client.force_login(world.supervisor)

    first, last = (client.get(reverse("supervision:recommendation-list") + f"?page={n}") for n in (1, 99))

    assert "มากกว่า 30 ข้อ" in text_of(first)
    assert (len(first.context["page"].rows), len(last.context["page"].rows)) == (25, 5)


# -- Files ---------------------------------------------------------------------------------------------------------


def sent(world, *files) -> list[RecommendationFile]:
    recommendation = released(world, state="planned")
    return list(report_done(recommendation, text="เสร็จ", files=files, by=world.school_head).files.all())


def test_a_pdf_with_a_script_is_only_ever_saved_never_shown(client, world):
    (row,) = sent(world, pdf(script="app.alert('x')"))
    client.force_login(world.supervisor)

    answer = client.get(reverse("supervision:recommendation-file", args=[row.uuid]))

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_a_photo_is_shown_whole_and_small_as_a_jpeg(client, world):
    (row,) = sent(world, photo("ภาพ.png", size=(2400, 1200), kind="PNG"))
    client.force_login(world.school_head)
    url = reverse("supervision:recommendation-file", args=[row.uuid])

    whole, small = client.get(url), client.get(url + "?thumb")

    assert whole["Content-Type"] == small["Content-Type"] == "image/jpeg"
    assert whole["Content-Disposition"].startswith("inline")
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert len(b"".join(small.streaming_content)) < len(b"".join(whole.streaming_content))


def test_evidence_is_opened_only_by_those_who_see_the_recommendation(client, world, people):
    (row,) = sent(world, photo())
    url = reverse("supervision:recommendation-file", args=[row.uuid])
    allowed = {
        "head",
        "supervisor",
        "colleague",
        "workgroup_head",
        "director",
        "committee",
        "clerk",
        "school_head",
        "teacher",
    }

    for name, person in people.items():
        client.force_login(person)
        answer = client.get(url)
        assert answer.status_code == (200 if name in allowed else 404), name
        answer.getvalue()  # reads the file to its end, and so closes it
    client.logout()
    assert client.get(url).status_code == 302
