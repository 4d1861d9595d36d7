"""Which papers wait for whom, told so that one is known from another."""

from datetime import date

import pytest

from correspondence.services.papers import submit
from reminders.queries import duties_of
from workflows.services import perform

TODAY = date(2026, 10, 1)


@pytest.fixture
def letter(write):
    def make(**values):
        return write("letter", **{"subject": "แจ้งกำหนดการนิเทศ", "to": "ผู้อำนวยการโรงเรียนวัดสุทธิ"} | values)

    return make


def told(user, kind) -> list[tuple[str, str, str]]:
    return [(duty.text, duty.detail, duty.url) for duty in duties_of(user, TODAY) if duty.kind == kind]


def test_letters_of_one_subject_are_told_apart_by_whom_they_address_and_who_wrote_them(letter, world):
    paper = letter()
    submit(paper, by=world.supervisor)

    detail = f"หนังสือภายนอก · เรียน ผู้อำนวยการโรงเรียนวัดสุทธิ · {world.supervisor}"
    assert told(world.head, "paper-decide") == [("แจ้งกำหนดการนิเทศ", detail, paper.get_absolute_url())]
    assert told(world.director, "paper-decide") == []


def test_of_a_secret_letter_no_more_than_its_kind_is_told(letter, world):
    submit(letter(secrecy="secret"), by=world.supervisor)

    assert [row[:2] for row in told(world.head, "paper-decide")] == [("หนังสือชั้นลับ", "หนังสือภายนอก")]


def test_a_signed_letter_waits_for_its_maker_and_the_clerk_until_it_is_sent(letter, sign, world):
    paper = sign(letter())
    waiting = {person.username for person in everybody(world) if told(person, "paper-send")}

    perform(paper, "send", by=world.clerk)

    assert waiting == {world.clerk.username, world.supervisor.username}
    assert [person.username for person in everybody(world) if told(person, "paper-send")] == []


def test_a_signed_memo_goes_nowhere_and_a_secret_letter_not_through_the_clerk(write, letter, sign, world):
    sign(write())
    sign(letter(secrecy="secret"))

    assert told(world.clerk, "paper-send") == []
    assert [row[0] for row in told(world.supervisor, "paper-send")] == ["หนังสือชั้นลับ"]


def test_the_list_of_what_is_to_be_sent_holds_what_the_home_page_counts(letter, write, sign, signed_in, world):
    waits = sign(letter())
    sign(write())
    letter()

    page = signed_in(world.clerk).get("/correspondence/?who=unsent").context["page"]

    assert [paper.pk for paper in page] == [waits.pk]


@pytest.mark.parametrize(
    ("kind", "usual"), [("letter", "เห็นควรลงนาม"), ("order", "เห็นควรลงนาม"), ("memo", "เห็นควรอนุมัติ")]
)
def test_who_endorses_finds_the_word_chosen_that_fits_what_is_asked_of_the_last(kind, usual, write, signed_in, world):
    paper = write(kind)
    submit(paper, by=world.supervisor)

    page = signed_in(world.head).get(paper.get_absolute_url()).content.decode()

    assert f'<option value="{usual}" selected>' in page


def everybody(world):
    return [world.supervisor, world.colleague, world.workgroup_head, world.head, world.director, world.clerk]
