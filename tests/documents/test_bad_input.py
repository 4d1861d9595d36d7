"""What people send and type that no paper was meant for: it is printed whole, or refused in words, and nothing falls over."""

import io
import threading

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from correspondence.services.signatures import keep_signature
from documents.kinds import document_html
from documents.pdf import render_pdf
from documents.word import render_word
from instruments.files import read_document
from instruments.images import LONGEST_EDGE, PictureRefused, read_photo
from supervision.models import Signature, Visit
from supervision.services.evidence import EvidenceError, read_evidence
from supervision.services.visit_records import add_photo, sign
from tests.supervision.factories import make_visit
from tests.supervision.pictures import drawn_signature, photograph
from thai.text import normalise

from .layout_reading import faults, printed
from .reading import by_pypdf, packed, page
from .word_reading import by_docx

LARGEST = (8000, 5000)
"""Forty megapixels: the most that is taken."""


@pytest.fixture
def visit(world):
    return make_visit(world.school, world.supervisor, instruments=[world.instrument], state="in_progress")


@pytest.fixture(scope="module")
def large() -> bytes:
    return picture(LARGEST)


def picture(size) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#7aa6b2").save(out, "JPEG")
    return out.getvalue()


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("ภาพ.jpg", content, "image/jpeg")


# -- Pictures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "read",
    [read_photo, read_document, lambda sent: read_evidence([sent])[0]],
    ids=["photo of a visit or an answer", "file of an activity, a step or a letter", "evidence of a school"],
)
def test_every_picture_is_made_small_before_it_is_kept(read, large):
    kept = read(upload(large))

    with Image.open(io.BytesIO(kept.content)) as image:
        assert max(image.size) == LONGEST_EDGE
    assert kept.thumbnail
    assert len(kept.content) < len(large)
    for bad in (picture((LARGEST[0], LARGEST[1] + 8)), b"\xff\xd8\xff\xe0 half a picture"):
        with pytest.raises((PictureRefused, EvidenceError), match="โปรด"):
            read(upload(bad))


def test_a_photographed_signature_of_forty_megapixels_is_kept_small(world, large):
    with pytest.raises(PictureRefused, match="โปรด"):
        keep_signature(by=world.supervisor, upload=upload(large))  # nothing is written on it
    image = Image.new("L", LARGEST, 255)
    image.paste(0, (2000, 2400, 6000, 2600))
    out = io.BytesIO()
    image.save(out, "JPEG")

    kept = keep_signature(by=world.supervisor, upload=upload(out.getvalue()))

    with kept.file.open() as file, Image.open(file) as small:
        assert max(small.size) <= 1200


def test_a_stored_picture_that_has_broken_prints_what_it_showed(world, visit):
    photo = add_photo(visit, photograph(), caption="ครูจัดกลุ่มนักเรียน", by=world.supervisor)
    for stored in (photo.image, photo.thumbnail):
        default_storage.delete(stored.name)
        default_storage.save(stored.name, ContentFile(b"\xff\xd8\xff\xe0 broken"))

    html, _title, code = document_html("visit-record", visit)

    assert "ครูจัดกลุ่มนักเรียน" in packed(by_pypdf(render_pdf(html)))
    assert "ครูจัดกลุ่มนักเรียน" in by_docx(render_word(html, code=code))


# -- Text ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("letters", ["การนิเทศ", "x"], ids=["Thai", "Latin"])
def test_a_hundred_thousand_letters_without_a_space_stay_within_the_margins(visit, letters, tmp_path):
    Visit.objects.filter(pk=visit.pk).update(summary=letters * (100_000 // len(letters)))
    visit.refresh_from_db()
    html, title, _code = document_html("visit-record", visit)

    assert faults(printed(html), title, tmp_path) == []


def test_a_cell_breaks_an_endless_word_too_and_it_is_copied_whole(tmp_path):
    endless = "การนิเทศ" * 2000 + "x&lt;" * 2000
    document = printed(page(f"<table><tr><td>ข</td><td>{endless}</td></tr></table>"))

    assert faults(document, "ทดสอบ", tmp_path) == []
    assert packed(by_pypdf(document.pdf)) == "ข" + endless.replace("&lt;", "<")


def test_controls_surrogates_and_emoji_leave_the_words_around_them_alone(visit):
    odd = "ก่อน\x00\x07\x1b\x85\ud800\u202e👍🏽👩‍🏫\ufffe หลัง"
    html = page(f"<p>{odd}</p>")

    assert normalise("ก\ud800ข\x00") == "กข"
    for read in (packed(by_pypdf(render_pdf(html))), by_docx(render_word(html))):
        assert read.startswith("ก่อน")
        assert "👍" in read
        assert read.endswith("หลัง")


# -- Two at once ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "sides", [("supervisor", "school"), ("school", "school")], ids=["both sides", "one side twice"]
)
def test_two_who_sign_a_visit_at_once_both_leave_a_whole_record(world, visit, sides):
    start, heard = threading.Barrier(2), []

    def put(side):
        try:
            mine = Visit.objects.get(pk=visit.pk)
            start.wait(10)
            heard.append(sign(mine, side=side, name="นายสมชาย ใจดี", drawing=drawn_signature(), by=world.supervisor))
        finally:
            connection.close()

    threads = [threading.Thread(target=put, args=[side]) for side in sides]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(heard) == 2
    kept = Signature.objects.filter(visit=visit)
    assert {signature.side for signature in kept} == set(sides)
    assert all(default_storage.exists(signature.image.name) for signature in kept)
