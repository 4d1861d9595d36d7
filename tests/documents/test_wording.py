"""The passages of an office's papers: what they come with, what an office makes of them, and what is refused."""

import re

import pytest
from django.urls import reverse

from documents import wording as module
from documents.models import Wording
from documents.wording import MAX_LENGTH, WordingError, check, text_of, wording, wording_kind
from tests.documents.reading import by_pypdf, packed

FIELDS = {"school": ("ชื่อโรงเรียน", "โรงเรียนวัดตัวอย่าง"), "date": ("วันที่นิเทศ", "5 สิงหาคม 2569")}
DEFAULT = "ด้วยจะนิเทศ{school} ในวันที่ {date} นั้น"


@pytest.fixture
def notice(monkeypatch):
    """A kind of paper with one passage."""
    monkeypatch.setattr(module, "_kinds", {})
    wording_kind("notice", label="หนังสือแจ้งการนิเทศ")
    wording("notice", "purpose", label="เหตุ", default=DEFAULT, fields=FIELDS)
    return module._kinds["notice"].passages["purpose"]


def test_an_office_has_its_own_text_and_every_other_the_one_it_came_with(world, notice):
    Wording.objects.create(area=world.area, kind="notice", key="purpose", text="ขอแจ้งว่าวันที่ {วันที่นิเทศ} จะมา{ชื่อโรงเรียน}")

    values = {"school": "โรงเรียนวัดไทร", "date": "5 มกราคม 2570"}
    assert text_of(world.area, "notice", "purpose", **values) == "ขอแจ้งว่าวันที่ 5 มกราคม 2570 จะมาโรงเรียนวัดไทร"
    for area in (world.far_area, None):
        assert text_of(area, "notice", "purpose", **values) == "ด้วยจะนิเทศโรงเรียนวัดไทร ในวันที่ 5 มกราคม 2570 นั้น"


def test_a_value_is_text_and_never_a_field(world, notice):
    text = text_of(world.area, "notice", "purpose", school="{วันที่นิเทศ}", date=None)

    assert text == "ด้วยจะนิเทศ{วันที่นิเทศ} ในวันที่ นั้น"


def test_a_program_that_forgets_a_value_or_a_passage_is_told(notice):
    with pytest.raises(KeyError, match="date"):
        text_of(None, "notice", "purpose", school="ก")
    with pytest.raises(KeyError):
        text_of(None, "notice", "end")
    with pytest.raises(ValueError, match="twice"):
        wording("notice", "purpose", label="เหตุ", default="ซ้ำ")
    with pytest.raises(ValueError, match="one name"):
        wording("notice", "end", label="ท้าย", default="-", fields=FIELDS | {"place": FIELDS["school"]})
    with pytest.raises(ValueError, match="no such kind"):
        wording("nothing", "purpose", label="เหตุ", default="ไม่มี")
    with pytest.raises(ValueError, match="twice"):
        wording_kind("notice", label="ซ้ำ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ถึง{ชื่อครู}", "ไม่รู้จักช่อง {ชื่อครู}"),
        ("ถึง{school}", "{ชื่อโรงเรียน} {วันที่นิเทศ}"),
        ("ถึง{}", "ไม่รู้จักช่อง {}"),
        ("ถึง{ชื่อโรงเรียน", "ไม่ครบคู่"),
        ("ถึง}ชื่อโรงเรียน{", "ไม่ครบคู่"),
        (" \n ", "คืนค่าเดิม"),
        ("ก" * (MAX_LENGTH + 1), "5,001 ตัวอักษร"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_in_words_that_help(notice, text, said):
    with pytest.raises(WordingError, match=said):
        check(notice, text)


def test_every_passage_of_the_product_can_be_printed_with_its_examples():
    for kind in module.wording_kinds():
        for passage in kind.passages.values():
            assert "{" not in text_of(None, kind.code, passage.key, **examples(passage))
            assert all(re.fullmatch(r"[ก-๙ ()]+", name) for name in passage.examples), "an office reads Thai"


def examples(passage) -> dict[str, str]:
    return {name: example for name, (_, example) in passage.fields.items()}


# -- In the browser ------------------------------------------------------------------------------------------------

KIND = "network-invitation"


def page(world, code=KIND) -> str:
    return reverse("documents:wording-edit", args=[world.area.pk, code])


def typed(world, **changes) -> dict[str, str]:
    kind = module.get_wording_kind(KIND)
    return {key: passage.default for key, passage in kind.passages.items()} | changes


def test_the_clerk_changes_a_passage_sees_it_printed_and_goes_back(signed_in, world):
    client = signed_in(world.clerk)
    words = "ขอเชิญ{ชนิดการประชุม} {เรื่องของการประชุม}"

    answer = client.post(page(world), typed(world, subject=words), follow=True)

    assert "เปลี่ยน 1 ส่วน" in answer.content.decode()
    assert Wording.objects.get().text == words
    assert Wording.history.get().history_user == world.clerk
    assert "ขอเชิญประชุมเชิงปฏิบัติการ การพัฒนาเครือข่ายการนิเทศ" == text_of(
        world.area, KIND, "subject", **examples(module.get_wording_kind(KIND).passages["subject"])
    )
    overview = client.get(reverse("documents:wording-list")).content.decode()
    assert '<td data-label="ที่สำนักงานแก้ไว้">เรื่อง</td>' in overview

    back = client.post(page(world), typed(world, subject=words, closing="ด้วยความนับถือ", restore="subject"))

    restored = back.context["form"]
    assert restored["subject"].value() == module.get_wording_kind(KIND).passages["subject"].default
    assert restored["closing"].value() == "ด้วยความนับถือ"
    assert Wording.objects.get().text == words, "nothing is kept before it is saved"
    client.post(page(world), typed(world))
    assert not Wording.objects.exists()


def test_who_saves_second_is_told_and_keeps_what_was_typed(signed_in, world):
    stale = signed_in(world.clerk).get(page(world)).context["seen"]
    signed_in(world.head).post(page(world), typed(world, subject="ของหัวหน้า"))
    client = signed_in(world.clerk)

    answer = client.post(page(world), typed(world, subject="ของธุรการ", seen=stale))

    assert answer.status_code == 422
    assert "มีผู้อื่นบันทึก" in answer.content.decode()
    assert "ของธุรการ" in answer.content.decode()
    assert Wording.objects.get().text == "ของหัวหน้า"
    client.post(page(world), typed(world, subject="ของธุรการ", seen=answer.context["seen"]))
    assert Wording.objects.get().text == "ของธุรการ"


def test_a_bad_passage_is_refused_and_nothing_typed_is_lost(signed_in, world):
    client = signed_in(world.head)
    changes = {"subject": "ขอเชิญ{ชื่อครู}", "request": "จึงเรียนมา\x00เพื่อ\u200bทราบ", "purpose": "ก" * 100_000}

    answer = client.post(page(world), typed(world, **changes))

    assert answer.status_code == 422
    text = answer.content.decode()
    for words in ("ไม่รู้จักช่อง {ชื่อครู}", "{ครั้งที่}", "100,000 ตัวอักษร", "ขอเชิญ{ชื่อครู}", "จึงเรียนมา"):
        assert words in text
    assert not Wording.objects.exists()
    assert client.post(page(world), typed(world, request=changes["request"])).status_code == 302
    assert Wording.objects.get().text == "จึงเรียนมาเพื่อทราบ"


def test_the_preview_prints_what_stands_in_the_form_and_keeps_nothing(signed_in, world):
    client = signed_in(world.head)
    preview = reverse("documents:wording-preview", args=[world.area.pk, KIND])

    answer = client.post(preview, typed(world, request="จึงเรียนมาเพื่อโปรดทราบ"))

    assert answer["Content-Type"] == "application/pdf"
    text = packed(by_pypdf(answer.content))
    assert "จึงเรียนมาเพื่อโปรดทราบ" in text
    assert "ร่วมกับเครือข่ายตัวอย่าง" in text
    assert client.post(preview, typed(world, subject="{x}")).status_code == 422
    assert not Wording.objects.exists()


@pytest.mark.parametrize("code", ["appointment-order", "network-minutes"])
def test_every_paper_has_a_preview(signed_in, world, code):
    kind = module.get_wording_kind(code)
    data = {key: passage.default for key, passage in kind.passages.items()}

    answer = signed_in(world.clerk).post(reverse("documents:wording-preview", args=[world.area.pk, code]), data)

    text = packed(by_pypdf(answer.content))
    assert packed(next(iter(kind.passages.values())).examples.get("ประธานในที่ประชุม", "แต่งตั้งคณะนิเทศ")) in text


@pytest.mark.parametrize("who", ["supervisor", "school_head", "far_head", "stranger"])
def test_for_everybody_else_these_pages_do_not_exist(signed_in, world, who):
    client = signed_in(getattr(world, who))

    assert client.get(page(world)).status_code == 404
    assert client.post(page(world), typed(world, subject="ขอเชิญ")).status_code == 404
    assert client.get(reverse("documents:wording-list")).status_code == (200 if who == "far_head" else 404)
    assert not Wording.objects.exists()
    assert client.get(page(world, "nothing")).status_code == 404
