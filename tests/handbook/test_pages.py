"""Pages of the handbook: read by everybody who works with the office, edited as plain pages without scripts."""

import re

import pytest
from django.urls import reverse

from handbook.editing import Draft
from handbook.models import Edition
from handbook.services import save_piece
from workflows.digests import stamp_of


def page(client, name, *args, **query):
    return client.get(reverse(f"handbook:{name}", args=args), query)


def html(response) -> str:
    return response.content.decode()


# -- Reading -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["supervisor", "clerk", "committee", "school_head", "teacher"])
def test_everybody_of_the_office_and_its_schools_reads_the_edition_in_force(signed_in, world, edition, draft, who):
    response = page(signed_in(getattr(world, who)), "home")

    assert response.context["edition"] == edition
    assert "งานส่งเสริมและพัฒนาระบบการนิเทศและการจัดกระบวนการเรียนรู้" in html(response)
    assert ("แก้ไขฉบับร่าง" in html(response)) is False


def test_without_any_handbook_one_is_told_what_to_do(signed_in, world):
    assert "เริ่มจัดทำได้จากคู่มือที่มากับระบบ" in html(page(signed_in(world.supervisor), "home"))
    assert "โปรดแจ้งกลุ่มนิเทศฯ" in html(page(signed_in(world.teacher), "home"))


def test_a_search_marks_what_it_found_and_leads_to_its_place(signed_in, world, edition):
    shown = html(page(signed_in(world.teacher), "home", q="พ.ศ.2544"))

    assert "<mark>พ.ศ. 2544</mark>" in shown
    assert reverse("handbook:task", args=[edition.pk, "2.2"]) + "#laws" in shown


def test_a_search_that_finds_nothing_says_what_to_do(signed_in, world, edition):
    shown = html(page(signed_in(world.teacher), "home", q="<ไดโนเสาร์>"))

    assert "ไม่พบ “&lt;ไดโนเสาร์&gt;” ในคู่มือฉบับนี้" in shown
    assert "ลองพิมพ์คำสั้นลง" in shown


def test_a_task_shows_superseded_laws_with_what_holds_instead(signed_in, world, edition):
    shown = html(page(signed_in(world.teacher), "task", edition.pk, "2.2"))

    assert "ถูกแทนที่แล้ว" in shown
    assert "ใช้หลักสูตรแกนกลางการศึกษาขั้นพื้นฐาน พุทธศักราช 2551 (ฉบับปรับปรุง พ.ศ. 2560) แทน" in shown


def test_a_process_shows_its_chart_with_the_way_back_and_its_standards(signed_in, world, edition):
    response = page(signed_in(world.school_head), "process", edition.pk, "P-5.2")

    chart = response.context["chart"]
    assert [sorted(row.lanes[0]) for row in chart.rows] == [[], [], [], ["into"], ["from"], [], []]
    assert [row.below[0] for row in chart.rows] == [False, False, False, True, False, False, False]
    shown = html(response)
    assert "ปรับปรุง" in shown
    assert "กลับไปขั้นที่ 4" in shown
    assert "ภาคเรียนละ 1 ครั้ง" in shown
    assert "ข้อมูลสารสนเทศที่ถูกต้อง ครบถ้วนและเป็นปัจจุบัน" in shown


def test_what_the_edition_does_not_have_is_not_found(signed_in, world, edition):
    client = signed_in(world.head)

    for name in ("task", "process", "task-pdf", "process-pdf"):
        assert page(client, name, edition.pk, "9.9").status_code == 404


def test_no_page_costs_more_for_more_editions(signed_in, world, edition, django_assert_max_num_queries):
    client = signed_in(world.head)
    page(client, "home")

    with django_assert_max_num_queries(14):
        page(client, "edition", edition.pk)


# -- Editing -------------------------------------------------------------------------------------------------------


def boxes(response) -> dict[str, list[str]]:
    """What a browser would send from the form of the page, buttons left out."""
    found: dict[str, list[str]] = {}
    form = re.search(r'<form method="post" class="panel hb-part-form".*?</form>', html(response), re.DOTALL).group()
    for tag in re.finditer(r"<input[^>]*>|<textarea[^>]*>.*?</textarea>|<select.*?</select>", form, re.DOTALL):
        text = tag.group()
        name = re.search(r'name="([^"]+)"', text)
        if not name or name[1] == "csrfmiddlewaretoken":
            continue
        if text.startswith("<textarea"):
            value = re.search(r">(.*?)</textarea>", text, re.DOTALL)[1].removeprefix("\n")
        elif text.startswith("<select"):
            chosen = re.search(r'<option value="([^"]*)"\s+selected', text)
            value = chosen[1] if chosen else ""
        else:
            if 'type="checkbox"' in text and "checked" not in text:
                continue
            value = (re.search(r'value="([^"]*)"', text) or ["", "on" if 'type="checkbox"' in text else ""])[1]
        found.setdefault(name[1], []).append(value)
    return found


@pytest.mark.parametrize(
    "place",
    ["about", "group:g5", "task:2.1", "task:5.1", "law:edu_act_2542", "process:P-5.1", "process:P-5.2", "step:P-5.2:s1",
     "step:P-5.2:s4", "step:P-5.2:s5", "step:P-5.2:s6", "step:P-5.1:s4"],
)  # fmt: skip
def test_saving_a_part_unchanged_changes_nothing(signed_in, world, draft, place):
    client = signed_in(world.supervisor)
    opened = page(client, "part", draft.pk, place)

    saved = client.post(reverse("handbook:part", args=[draft.pk, place]), boxes(opened))

    assert saved.status_code == 302, saved.context and saved.context["form"].errors
    after = Edition.objects.get(pk=draft.pk)
    assert Draft(after.content).piece(place) == Draft(draft.content).piece(place)


def test_buttons_of_rows_change_the_page_and_nothing_else_until_it_is_saved(signed_in, world, draft):
    client, url = signed_in(world.supervisor), reverse("handbook:part", args=[draft.pk, "task:5.3"])
    sent = boxes(client.get(url))
    sent["steps-text"][0] = "พิมพ์ไว้ยังไม่บันทึก"

    moved = client.post(url, {**sent, "do": "steps:down:0"})
    grown = client.post(url, {**boxes(moved), "do": "steps:below:0"})
    nested = client.post(url, {**boxes(grown), "do": "steps:in:1"})

    assert Edition.objects.get(pk=draft.pk).content == draft.content
    rows = boxes(nested)
    assert rows["steps-text"][:3] == [Draft(draft.content).piece("task:5.3")["steps"][1]["text"], "", "พิมพ์ไว้ยังไม่บันทึก"]
    rows["steps-text"][1] = "ข้อย่อยใหม่"
    assert client.post(url, rows).status_code == 302
    steps = Edition.objects.get(pk=draft.pk).book.task("5.3").steps
    assert [(step.key, step.text[:12], [part.text for part in step.parts]) for step in steps][:2] == [
        ("s2", steps[0].text[:12], ["ข้อย่อยใหม่"]), ("s1", "พิมพ์ไว้ยังไ", []),
    ]  # fmt: skip


def test_a_row_taken_out_is_gone_after_saving(signed_in, world, draft):
    client, url = signed_in(world.supervisor), reverse("handbook:part", args=[draft.pk, "task:5.3"])

    shown = client.post(url, {**boxes(client.get(url)), "do": "steps:remove:1"})
    client.post(url, boxes(shown))

    assert [step.key for step in Edition.objects.get(pk=draft.pk).book.task("5.3").steps] == ["s1", "s3", "s4"]


def test_a_part_below_a_blank_step_is_refused_with_everything_kept(signed_in, world, draft):
    client, url = signed_in(world.supervisor), reverse("handbook:part", args=[draft.pk, "task:5.1"])
    sent = boxes(client.get(url))
    sent["steps-text"][3] = ""

    refused = client.post(url, sent)

    assert refused.status_code == 422
    assert "ข้อที่อยู่เหนือยังไม่มีข้อความ" in html(refused)
    assert boxes(refused)["steps-text"] == sent["steps-text"]


def test_a_window_that_ends_before_it_begins_is_refused(signed_in, world, draft):
    client, url = signed_in(world.supervisor), reverse("handbook:part", args=[draft.pk, "step:P-5.2:s1"])

    refused = client.post(url, {**boxes(client.get(url)), "kind": "months", "from_month": "11", "to_month": "2"})
    saved = client.post(
        url, {**boxes(client.get(url)), "kind": "months", "from_month": "11", "to_month": "2", "to_year": "1"}
    )

    assert "หากข้ามปีโปรดเลือก “ปีถัดไป”" in html(refused)
    assert saved.status_code == 302
    assert Edition.objects.get(pk=draft.pk).book.process("P-5.2").step(1).window.label == "พฤศจิกายน–กุมภาพันธ์"


def test_a_decision_needs_the_step_to_go_back_to(signed_in, world, draft):
    client, url = signed_in(world.supervisor), reverse("handbook:part", args=[draft.pk, "step:P-5.2:s5"])

    refused = client.post(url, {**boxes(client.get(url)), "improve": ""})
    client.post(url, {**boxes(client.get(url)), "improve": "s2"})

    assert "ให้กลับไปขั้นใด" in html(refused)
    assert Edition.objects.get(pk=draft.pk).book.process("P-5.2").step(5).decision.improve == 2


def test_a_form_of_a_process_names_only_instruments_that_there_are(signed_in, world, draft):
    client, url = signed_in(world.supervisor), reverse("handbook:part", args=[draft.pk, "process:P-5.2"])
    sent = boxes(client.get(url))
    code = world.instrument.code
    unknown = client.post(url, {**sent, "forms-instruments": ["INS-999", "", ""]})
    saved = client.post(url, {**sent, "forms-instruments": [code, "", ""]})

    assert "ไม่มีเครื่องมือรหัส INS-999 ในระบบ" in html(unknown)
    assert saved.status_code == 302
    assert Edition.objects.get(pk=draft.pk).book.process("P-5.2").forms[0].instruments == (code,)


def test_two_people_on_one_part_see_each_others_words_and_choose(signed_in, client, world, draft):
    url = reverse("handbook:part", args=[draft.pk, "task:5.3"])
    client.force_login(world.colleague)
    mine = boxes(client.get(url))
    mine["title"] = ["ชื่อของมานะ"]
    save_piece(draft, "task:5.3", {"title": "ชื่อของสมใจ"}, was="", over="", by=world.supervisor)

    told = client.post(url, mine)

    assert told.status_code == 409
    assert "นายสมใจ" in told.context["refusal"]
    assert boxes(told)["title"] == ["ชื่อของมานะ"]
    assert [change.label for change in told.context["rivals"]] == ["ชื่องาน"]
    assert client.post(url, boxes(told)).status_code == 302
    assert Edition.objects.get(pk=draft.pk).book.task("5.3").title == "ชื่อของมานะ"


def test_words_typed_while_the_draft_was_handed_in_are_shown_with_the_reason(signed_in, world, draft):
    client, url = signed_in(world.supervisor), reverse("handbook:part", args=[draft.pk, "law:press_2529"])
    sent = {**boxes(client.get(url)), "note": "ตรวจแล้วเมื่อวาน"}
    Edition.objects.filter(pk=draft.pk).update(state="in_review")

    told = client.post(url, sent)

    assert told.status_code == 409
    assert "รอเผยแพร่จึงแก้ไขไม่ได้" in html(told)
    assert "ตรวจแล้วเมื่อวาน" in html(told)


def test_parts_are_added_moved_and_taken_out_on_the_page_of_the_draft(signed_in, world, draft):
    client = signed_in(world.supervisor)

    def press(name, *args, **data):
        return client.post(reverse(f"handbook:{name}", args=[draft.pk, *args]), data, follow=True)

    assert "เพิ่มงานแล้ว" in html(press("part-add", "task", within="g5", title="งานใหม่"))
    assert "โปรดพิมพ์ชื่องาน" in html(press("part-add", "task", within="g5", title=" "))
    press("part-move", "task:5.5", by="-1")
    assert [task.title for task in Edition.objects.get(pk=draft.pk).book.group("g5").tasks][3] == "งานใหม่"
    was = stamp_of(Draft(Edition.objects.get(pk=draft.pk).content).piece("task:5.5"))
    assert "ออกจากฉบับร่างแล้ว" in html(press("part-remove", "task:5.5", was=was))
    assert "อ้างอิงเรื่องนี้" in html(press("part-remove", "law:edu_act_2542"))
    assert "อยู่ต้นหรือท้ายรายการแล้ว" in html(press("part-move", "group:g1", by="-1"))
    assert Edition.objects.get(pk=draft.pk).book.counts == draft.book.counts


def test_who_may_not_edit_is_told_who_may(signed_in, world, draft):
    response = page(signed_in(world.director), "edit", draft.pk)

    assert response.status_code == 403
    assert "ผู้แก้ไขได้คือศึกษานิเทศก์" in html(response)


def test_the_next_edition_is_begun_and_its_differences_are_read(signed_in, world, edition):
    client = signed_in(world.supervisor)
    begun = client.post(reverse("handbook:edition-begin", args=[world.area.pk]), {"fiscal_year": "2570"})
    made = Edition.objects.exclude(pk=edition.pk).get()
    save_piece(made, "group:g1", {"title": "งานธุรการและสารบรรณ"}, was="", over="", by=world.supervisor)

    shown = html(page(client, "edition-changes", made.pk))

    assert begun.url == reverse("handbook:edit", args=[made.pk])
    assert "<ins>และสารบรรณ</ins>" in shown
