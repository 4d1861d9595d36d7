"""A visit's form as a page: what is left to do, and what was typed and could not be taken."""

import html
import re

import pytest
from django.urls import reverse

from tests.instruments.every_type import definition, make_every_type
from tests.supervision.factories import make_visit


@pytest.fixture
def visit(world):
    instrument = make_every_type().instrument
    return make_visit(
        world.school, world.supervisor, team=[world.colleague], instruments=[instrument], state="in_progress"
    )


def shown(client, visit, section):
    return client.get(address(visit, section))


def address(visit, section="", name="visit-form"):
    return reverse(f"supervision:{name}", args=[visit.pk, visit.forms.get().pk]) + (
        f"?section={section}" if section else ""
    )


def inputs(page):
    """What a browser would send of the page: the names and values of its hidden inputs."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode())
    return {name: html.unescape(value) for name, value in found}


def left(page):
    return {section.key: [(item.target, item.why) for item in items] for section, items in page.context["to_do"]}


def test_what_is_left_to_do_is_listed_by_section_and_leads_to_its_place(world, visit, signed_in):
    client = signed_in(world.supervisor)
    page = shown(client, visit, "A")
    assert left(page) == {
        "A": [("q-A1", ""), ("q-A5", "")], "L": [], "B": [("q-B1", "")], "T": [("section-T", "")], "S": [],
    }  # fmt: skip

    sent = inputs(page) | {"a-A1": "2", "a-A5": "40", "a-A6": "41"}
    client.post(address(visit, name="visit-form-save"), sent)
    page = shown(client, visit, "T")
    client.post(address(visit, name="visit-form-save"), inputs(page) | {"a-T3@row1": "2"})

    page = shown(client, visit, "T")
    assert left(page) == {
        "A": [("q-A6", "นักเรียนที่มาเรียนต้องไม่มากกว่านักเรียนทั้งหมด"), ("q-A13", "")], "L": [], "B": [("q-B1", "")],
        "T": [("q-T1-row1", ""), ("q-T5-row1", "")], "C": [], "S": [],
    }  # fmt: skip
    content = page.content.decode()
    assert 'id="q-T1-row1"' in content
    assert "?section=T#q-T1-row1" in content
    assert "?section=A#q-A6" in content


def test_without_scripts_what_could_not_be_taken_is_shown_again_and_only_to_whom_typed_it(world, visit, signed_in):
    client, other = signed_in(world.supervisor), signed_in(world.colleague)
    sent = inputs(shown(client, visit, "A")) | {"a-A9": "25.99", "a-A8": "32 ม.ค. 2569", "a-A3": "นายประยูร", "go": "L"}

    answer = client.post(address(visit, name="visit-form-save"), sent)

    assert answer.url.endswith("?section=A")
    again = client.get(answer.url).content.decode()
    assert 'value="25.99"' in again
    assert 'value="32 ม.ค. 2569"' in again
    assert "โปรดพิมพ์เวลาเป็นชั่วโมงและนาที" in again.partition('id="q-A9-error"')[2][:200]
    assert "25.99" not in other.get(answer.url).content.decode()
    assert "25.99" not in client.get(answer.url).content.decode()
    assert set(visit.forms.get().response.answers) == {"A3"}


def test_what_is_shown_again_and_sent_again_is_refused_again(world, visit, signed_in):
    client = signed_in(world.supervisor)
    page = shown(client, visit, "A")
    for _ in range(2):
        page = client.post(
            address(visit, name="visit-form-save"), inputs(page) | {"a-A9": "25.99", "go": "L"}, follow=True
        )
        assert page.redirect_chain[-1][0].endswith("?section=A")
        assert 'value="25.99"' in page.content.decode()


def test_several_of_a_short_register_are_ticked_and_one_of_a_long_one_is_searched(world, visit, signed_in):
    page = shown(signed_in(world.supervisor), visit, "L").content.decode()

    assert '<select class="form-select q-menu" id="a-L4"' not in page
    assert 'type="checkbox" class="rate-input" id="a-L4-1" name="a-L4" value="thai"' in page
    assert '<select class="form-select q-menu" id="a-L3"' in page


def test_a_list_stands_on_the_page_in_its_own_letters_and_harmless(world, signed_in):
    form = definition()
    form["lists"]["places"] = {"title": "ที่", "items": [{"v": str(n), "t": f"ที่ <{n}> & อื่น ๆ"} for n in range(300)]}
    form["sections"][1]["questions"].append({"key": "L7", "type": "choice", "text": "สถานที่", "list": "places"})
    instrument = make_every_type(form, code="LONG").instrument
    visit = make_visit(world.school, world.supervisor, instruments=[instrument], state="in_progress")

    page = shown(signed_in(world.supervisor), visit, "L").content.decode()

    assert r'["299","ที่ \u003C299\u003E \u0026 อื่น ๆ",0]' in page


def test_the_page_travels_small(world, visit, signed_in):
    client = signed_in(world.supervisor)

    page = client.get(address(visit, "L"), headers={"accept-encoding": "gzip"})

    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) < 30_000
