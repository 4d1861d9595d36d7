"""The handbook on paper: every word of it, in Thai digits, with contents that name the right pages."""

import io
import re

import pypdf
import pytest

from documents.kinds import document_html, get_kind, render_document
from handbook.documents import Part
from handbook.models import Edition
from tests.documents.reading import by_pypdf, packed
from thai.numerals import to_thai_digits


@pytest.fixture(scope="module")
def printed(django_db_setup, django_db_blocker):
    """The shipped handbook as PDF, rendered once."""
    from tests.handbook.factories import make_edition
    from tests.supervision.factories import make_area

    with django_db_blocker.unblock():
        area = make_area("สพป.พิมพ์")
        edition = make_edition(area)
        rendered = render_document("handbook", edition)
        book = edition.book
        Edition.objects.filter(pk=edition.pk).delete()
        area.delete()
    return rendered, book


def test_the_book_holds_every_word_of_the_edition_exactly(printed):
    rendered, book = printed
    text = packed(by_pypdf(rendered.content))
    wanted = [
        *(task.title for task in book.tasks),
        *(step.text for task in book.tasks for step in task.steps),
        *(part.text for task in book.tasks for step in task.steps for part in step.parts),
        *(line.text for task in book.tasks for line in task.results),
        *(line.text for process in book.processes for line in process.objectives),
        *(item.text for process in book.processes for item in process.definitions),
        *(process.scope for process in book.processes),
        *(step.text for process in book.processes for step in process.steps),
        *(form.title for process in book.processes for form in process.forms),
    ]

    assert [words for words in wanted if packed(to_thai_digits(words)) not in text] == []


def test_digits_are_thai_and_codes_are_not(printed):
    text = packed(by_pypdf(printed[0].content))

    assert "ปีงบประมาณพ.ศ.๒๕๖๔" in text
    assert "P-5.2" in text
    assert "F-5.1-1" in text
    assert not re.search(r"พ\.ศ\.\d{4}", re.sub("[๐-๙]", "", text))


def test_the_contents_name_the_page_of_each_part(printed):
    rendered, book = printed
    pages = [packed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(rendered.content)).pages]
    contents = pages[1]

    for group in book.groups[1:]:
        heading = packed(to_thai_digits(f"{group.number}. {group.title}"))
        here = next(number for number, text in enumerate(pages[2:], start=3) if heading in text)
        entry = packed(to_thai_digits(f"{group.number}{group.title}"))
        found = re.search(re.escape(entry) + r"\.*([๐-๙]+)", contents)
        assert found, group.title
        assert found[1].startswith(to_thai_digits(str(here))), group.title


def test_a_process_is_printed_alone_with_its_chart(edition):
    html, title, code = document_html("handbook", Part(edition, process=edition.book.process("P-5.2")))

    assert title == "คู่มือขั้นตอนการดำเนินงาน " + edition.book.process("P-5.2").title
    assert code == "HB-2564-1 P-5.2"
    assert html.count('class="flow-node flow-step') == 6
    assert html.count('class="flow-node flow-decision') == 1
    assert "สารบัญ" not in html
    assert "<text" not in html, "WeasyPrint tears Thai apart inside an SVG"


def test_a_task_is_printed_alone(edition):
    html, _, _ = document_html("handbook", Part(edition, task=edition.book.task("2.2")))

    assert "งานที่ ๒.๒ งานส่งเสริมพัฒนาหลักสูตรการศึกษาขั้นพื้นฐาน" in html
    assert "ถูกแทนที่แล้ว" in html
    assert "flow-node" not in html


def test_a_draft_says_on_every_page_that_it_is_one(edition, draft):
    assert 'class="watermark">ฉบับร่าง' in document_html("handbook", draft)[0]
    assert "watermark" not in document_html("handbook", edition)[0]


def test_what_one_may_print_is_what_one_may_read(world, edition, draft):
    assert set(get_kind("handbook").objects(world.teacher)) == {edition}
    assert set(get_kind("handbook").objects(world.supervisor)) == {edition, draft}
