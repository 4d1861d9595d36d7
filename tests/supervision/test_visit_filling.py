"""A form of a visit as it is filled: answer by answer, by several people, without scripts."""

from html.parser import HTMLParser

from django.urls import reverse

from instruments.models import Instrument
from supervision.models import Visit
from tests.supervision.factories import (
    make_version,
    make_visit,
)
from tests.supervision.visiting import answers, events, queries_of, save, url, visit

__all__ = ["visit"]


def test_a_form_opens_at_the_first_section_that_is_not_finished(world, visit, signed_in):
    client = signed_in(world.supervisor)
    address = url("visit-form", visit, visit.forms.get().pk)
    assert client.get(address).context["section"].key == "A"

    save(client, visit, [*events("A1", 4), {"id": "00000000-0000-4000-8000-000000000002", "key": "A2", "na": True}])

    page = client.get(address)
    assert (page.context["section"].key, page.context["number"]) == ("B", 2)
    assert "ตอบแล้ว 2 จาก 3" in page.content.decode()


def test_one_answer_is_saved_as_it_is_given(world, visit, signed_in):
    reply = save(signed_in(world.supervisor), visit, events("A1", 4))

    assert reply.status_code == 200
    assert reply.json()["progress"]["answered"] == 1
    assert answers(visit) == {"A1": 4}


def test_sending_again_changes_nothing(world, visit, signed_in):
    client = signed_in(world.supervisor)
    save(client, visit, events("A1", 4))

    again = save(client, visit, events("A1", 4))

    assert again.status_code == 200
    assert again.json()["revision"] == 1


def test_who_is_signed_out_is_told_so_and_not_redirected(client, visit):
    reply = save(client, visit, events("A1", 4))
    changes = client.get(url("visit-form-changes", visit, visit.forms.get().pk), headers={"accept": "application/json"})

    assert (reply.status_code, changes.status_code) == (401, 401)
    assert "เก็บอยู่ในเครื่องนี้" in reply.json()["message"]
    plain = client.post(url("visit-form-save", visit, visit.forms.get().pk), {})
    assert plain.status_code == 302
    assert reverse("accounts:login") in plain.url
    assert answers(visit) == {}


def test_an_answer_after_sending_is_refused_in_words(world, visit, signed_in):
    Visit.objects.filter(pk=visit.pk).update(state="submitted")

    reply = save(signed_in(world.supervisor), visit, events("A1", 4))

    assert reply.status_code == 409
    assert "ส่งกลับแก้ไข" in reply.json()["message"]
    assert answers(visit) == {}


def test_only_the_team_answers(world, visit, signed_in):
    reply = save(signed_in(world.workgroup_head), visit, events("A1", 4))
    unseen = save(signed_in(world.far_supervisor), visit, events("A1", 4))

    assert reply.status_code == 409
    assert "ไม่ได้อยู่ในคณะ" in reply.json()["message"]
    assert unseen.status_code == 404
    assert answers(visit) == {}


def test_a_second_person_in_the_form_is_seen(world, visit, signed_in):
    save(signed_in(world.colleague), visit, events("A2", 3), section="A")

    reply = save(signed_in(world.supervisor), visit, events("A1", 4, 2), number=2, section="A").json()

    assert [other["name"] for other in reply["others"]] == [str(world.colleague)]
    assert reply["changes"]["A2"]["v"] == 3


def test_an_answer_that_both_gave_is_shown_to_both_to_settle(world, visit, signed_in):
    save(signed_in(world.colleague), visit, events("A1", 2))

    reply = save(signed_in(world.supervisor), visit, events("A1", 4, 2), number=2).json()
    page = signed_in(world.colleague).get(url("visit-form", visit, visit.forms.get().pk, section="A")).content.decode()

    assert [conflict["key"] for conflict in reply["conflicts"]] == ["A1"]
    assert "คำตอบไม่ตรงกัน" in page
    detail = signed_in(world.supervisor).get(visit.get_absolute_url()).content.decode()
    assert "ตอบไม่ตรงกัน 1 ข้อ" in detail


def test_the_whole_form_is_had_on_one_page(world, visit, signed_in):
    client = signed_in(world.supervisor)
    form = visit.forms.get()
    page = client.get(url("visit-form", visit, form.pk, section="all"))

    posted = shown_inputs(page) | {"section": "all", "a-A1": "5", "a-B1": "ห้องเรียนสะอาด"}
    response = client.post(url("visit-form-save", visit, form.pk), posted)

    assert response.url == url("visit-form", visit, form.pk, section="all")
    assert answers(visit) == {"A1": 5, "B1": "ห้องเรียนสะอาด"}


class Marks(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = {}

    def handle_starttag(self, tag, attrs):
        row = dict(attrs)
        if tag == "input" and row.get("name", "").startswith("was-"):
            self.found[row["name"]] = row["value"]


def shown_inputs(page):
    """The hidden marks that a page without scripts gives back."""
    marks = Marks()
    marks.feed(page.content.decode())
    return marks.found


def test_without_scripts_a_section_is_saved_and_the_next_one_opens(world, visit, signed_in):
    client = signed_in(world.supervisor)
    form = visit.forms.get()
    page = client.get(url("visit-form", visit, form.pk, section="A"))

    response = client.post(
        url("visit-form-save", visit, form.pk),
        shown_inputs(page) | {"section": "A", "a-A1": "5", "na-A2": "on", "go": "B"},
    )

    assert response.url == url("visit-form", visit, form.pk, section="B")
    assert answers(visit) == {"A1": 5, "A2": None}


def test_without_scripts_a_refused_answer_keeps_one_in_the_section(world, visit, signed_in):
    client = signed_in(world.supervisor)
    form = visit.forms.get()
    page = client.get(url("visit-form", visit, form.pk, section="A"))

    response = client.post(
        url("visit-form-save", visit, form.pk),
        shown_inputs(page) | {"section": "A", "a-A1": "9", "go": "B"},
        follow=True,
    )

    assert response.context["section"].key == "A"
    assert "โปรดเลือกคะแนน" in response.content.decode()


def test_a_form_that_can_not_be_filled_now_is_read(world, visit, signed_in):
    save(signed_in(world.supervisor), visit, events("A1", 4))

    page = signed_in(world.head).get(url("visit-form", visit, visit.forms.get().pk)).content.decode()

    assert "ไม่ได้อยู่ในคณะนิเทศครั้งนี้" in page
    assert 'name="a-A1"' not in page
    assert ">4</strong>" in page


def test_a_form_costs_the_same_for_few_questions_or_many(world, signed_in):
    client = signed_in(world.supervisor)
    scale = {"title": "ระดับ", "values": [{"v": 2, "t": "มาก"}, {"v": 1, "t": "น้อย"}], "bands": []}
    costs = set()
    for count in (2, 40):
        questions = [{"key": f"Q{n}", "type": "rating", "text": f"ข้อ {n}", "with_evidence": True} for n in range(count)]
        section = {"key": "A", "title": "ด้าน", "scale": "s", "questions": questions}
        instrument = Instrument.objects.create(code=f"N-{count}", title="แบบ")
        make_version(instrument, definition={"scales": {"s": scale}, "sections": [section]})
        visit = make_visit(world.school, world.supervisor, instruments=[instrument], state="in_progress")
        costs.add(queries_of(client, url("visit-form", visit, visit.forms.get().pk)))

    assert len(costs) == 1
