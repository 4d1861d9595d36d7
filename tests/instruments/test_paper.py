"""What stands on paper: a form to be filled by hand, and a filled one as a record."""

import re

from documents.kinds import document_html
from tests.instruments.every_type import definition, make_every_type, make_filled


def printed(kind, obj, user):
    """The text of a document without its marks, a space where lines meet."""
    html = document_html(kind, obj, user)[0]
    return html, " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") :]).replace("&nbsp;", " ").split())


def test_paper_says_what_the_browser_would_hint_check_and_filter(supervisor):
    html, said = printed("blank-form", make_every_type(), supervisor)

    for sentence in (
        "3. ชื่อผู้ให้ข้อมูล (ชื่อและนามสกุล)",
        "1. รูปแบบการนิเทศ *",
        "(ต้องตอบเมื่อข้อ 5 มากกว่า 0) (นักเรียนที่มาเรียนต้องไม่มากกว่านักเรียนทั้งหมด)",
        "2. เขต/อำเภอ (เลือกให้ตรงกับคำตอบข้อ 1)",
        "ตอบเมื่อข้อ 1 ตอบ “ทางไกล” 13. เหตุผลที่นิเทศทางไกล *",
        "สถานศึกษา/หน่วยงาน",
        "ภาษาไทย คณิตศาสตร์ วิทยาศาสตร์และเทคโนโลยี",
    ):
        assert sentence in said
    assert said.count("ตอนที่ 3 การจัดการเรียนรู้") == 1
    assert "หน่วยวิเคราะห์" not in said
    second = html[html.index("ใช้คำถามกระตุ้นการคิด") :]
    assert 'class="tick"' not in second[: second.index("</tr>")]  # it is not asked for มี/ไม่มี


def test_paper_of_a_form_that_names_the_school_or_that_nobody_signs_does_not_ask_for_it(supervisor, instruments):
    assert "สถานศึกษา/หน่วยงาน" not in printed("blank-form", instruments["INS-01"], supervisor)[1]
    assert "สถานศึกษา/หน่วยงาน" not in printed("blank-form", instruments["INS-05"], supervisor)[1]
    assert "สถานศึกษา/หน่วยงาน" in printed("blank-form", instruments["INS-03"], supervisor)[1]


def test_a_scale_of_many_steps_leaves_room_for_the_question_on_paper(supervisor):
    form = definition()
    form["scales"]["ten"] = {
        "title": "คะแนน", "values": [{"v": n, "t": f"ขั้น {n}"} for n in range(10, 0, -1)], "bands": form["scales"]["level5"]["bands"][-1:],
    }  # fmt: skip
    form["sections"][2]["questions"][0] |= {"scale": "ten", "levels": {str(n): "ลงมือปฏิบัติ" for n in range(1, 11)}}

    html, said = printed("blank-form", make_every_type(form, code="TEN"), supervisor)

    assert 'class="rating few tight"' in html
    assert '<div class="proof-line"><span>หลักฐาน/ร่องรอย' in html
    assert 'class="rubric tall"' in html
    assert "10 ขั้น 10 ลงมือปฏิบัติ 9 ขั้น 9" in said


def test_a_filled_form_is_printed_in_the_order_of_the_form(office, supervisor):
    _, said = printed("filled-form", make_filled(office, supervisor), supervisor)

    order = ["1. รูปแบบการนิเทศ", "7. ร้อยละของนักเรียนที่มาเรียน 92.50", "จัดกิจกรรมการเรียนรู้เชิงรุก", "มีแผนการจัดการเรียนรู้",
             "4. การใช้สื่อและแหล่งเรียนรู้", "7. คะแนนเฉลี่ยการใช้สื่อ 4.00", "ครูคนที่ 1 นางสาวดวงใจ มั่นคง",
             "1. ชื่อครู", "คุณภาพการสอน", "4. จำนวนนักเรียนในห้อง 20 คน", "ครูคนที่ 2 นายมานะ พากเพียร", "ลายมือชื่อผู้ให้ข้อมูล"]  # fmt: skip
    places = [said.index(text) for text in order]
    assert places == sorted(places)
    assert said.count("ตอนที่ 3 การจัดการเรียนรู้") == 1


def test_rows_that_fit_a_line_are_printed_as_one_table(office, supervisor):
    form = definition()
    form["sections"][3]["questions"] = [
        {"key": "T1", "type": "text", "text": "ชื่อครู", "long": False},
        {"key": "T3", "type": "rating", "text": "คุณภาพการสอน", "allow_na": True},
        {"key": "T4", "type": "number", "text": "จำนวนนักเรียน", "unit": "คน", "show_when": "T3 > 2"},
    ]
    form["sections"][4]["questions"] = form["sections"][4]["questions"][:1]
    answers = {
        "T.rows": ["k7x2", "m3p9"],
        "T1@k7x2": "นางสาวดวงใจ",
        "T3@k7x2": 4,
        "T4@k7x2": "20",
        "T1@m3p9": "นายมานะ",
        "T3@m3p9": 2,
    }

    _, said = printed(
        "filled-form",
        make_filled(office, supervisor, version=make_every_type(form, code="LINES"), answers=answers),
        supervisor,
    )

    assert "ที่ ชื่อครู คุณภาพการสอน จำนวนนักเรียน (คน) 1 นางสาวดวงใจ 4 20 คน 2 นายมานะ 2" in said


def test_numbers_that_cannot_be_averaged_are_not_printed_as_dashes(office, supervisor):
    form = definition()
    form["scales"]["ten"] = {
        "title": "คะแนน", "values": [{"v": n, "t": f"ขั้น {n}"} for n in range(10, 0, -1)], "bands": form["scales"]["level5"]["bands"][-1:],
    }  # fmt: skip
    form["sections"][2]["questions"].append({"key": "B9", "type": "rating", "text": "ภาพรวม", "scale": "ten"})

    _, said = printed(
        "filled-form",
        make_filled(
            office, supervisor, version=make_every_type(form, code="MIXED"), answers={"B1": 4, "B2": 5, "B9": 9}
        ),
        supervisor,
    )

    assert "ไม่มีค่าเฉลี่ยรวม · n = 3" in said
    assert "ค่าเฉลี่ย -" not in said
