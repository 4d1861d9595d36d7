"""What the program writes: every figure is what the answers say, and a person could have written the sentence."""

import re

import pytest

from cycles.annual.gathering import gather
from cycles.annual.keeping import differences
from cycles.annual.saying import Said, best, joined
from cycles.annual.words import passages_of
from cycles.annual.words_results import apart, before, levels, questions, sections, trend, whole
from networks.models import Network
from tests.cycles.annual_office import annual_office, answers_of, by_section, mean_of, refreshed, sd_of
from tests.cycles.factories import make_cycle
from tests.networks.evaluations import form_of, make_confirmed
from tests.supervision.factories import LONG_AGO, make_instrument, make_version

BANDS = [{"least": 451, "label": "มากที่สุด"}, {"least": 351, "label": "มาก"}, {"least": 100, "label": "น้อย"}]


def part(mean, *, n=10, sd="0.50", level="มาก", **more):
    return {"n": n, "mean": mean, "sd": sd, "level": level, **more}


def form(*rows, **more):
    """Sections with these means, each of one question."""
    made = [
        {
            "key": str(at),
            "title": f"ด้าน {at}",
            **part(mean),
            "lines": [{"number": str(at), "text": f"ข้อ {at}", **part(mean)}],
        }
        for at, mean in enumerate(rows, 1)
    ]
    return {"key": "f1", "code": "INS", "title": "แบบนิเทศ", "responses": 10, "whole": part("4.00"), "sections": made,
            "bands": BANDS, **more}  # fmt: skip


def test_every_figure_of_the_results_is_recomputed_from_the_answers_by_another_way(world, edition):
    office = annual_office(world, edition)
    words = passages_of(gather(refreshed(office.cycle)))
    rows = answers_of(office)
    every = [value for _, values in rows for value in values.values()]
    parts = by_section(rows)

    def said(name: str) -> str:
        return words[f"{office.key}.{name}"].text

    assert f"จำนวน {len(rows)} ชุด จาก {len({name for name, _ in rows})} โรงเรียน" in said("whole")
    assert f"(x̄ = {mean_of(every)}, S.D. = {sd_of(every)})" in said("whole")
    ordered = sorted(parts, key=lambda key: sum(parts[key]) / len(parts[key]), reverse=True)
    for word, key in zip(("สูงสุด", "รองลงมา", "ต่ำสุด"), ordered, strict=True):
        title = f"ด้านที่ {'ABC'.index(key) + 1}"
        assert re.search(
            f"{word}คือ {title} " + re.escape(f"(x̄ = {mean_of(parts[key])}, S.D. = {sd_of(parts[key])})"),
            said("sections"),
        )
    answers = {key: [values[key] for _, values in rows] for key in rows[0][1]}
    for values in (max(answers.values(), key=sum), min(answers.values(), key=sum)):
        assert f"x̄ = {mean_of(values)}" in said("questions")
    schools = {name: list(values.values()) for name, values in rows}
    for name in (max(schools, key=lambda one: sum(schools[one])), min(schools, key=lambda one: sum(schools[one]))):
        assert f"โรงเรียน{name} (x̄ = {mean_of(schools[name])}, S.D. = {sd_of(schools[name])})" in said("schools")
    earlier = [value for _, values in answers_of(office, 2569) for value in values.values()]
    assert f"จาก {mean_of(earlier)} เป็น {mean_of(every)}" in said("before")
    assert "นิเทศแล้ว 3 จาก 3 ครั้งตามแผน ครบทุกครั้ง คิดเป็นร้อยละ 100.00 ใน 3 โรงเรียน" in words["visits"].text
    assert "สถานศึกษาในสังกัด 3 แห่ง" in words["population"].text


def test_each_number_in_a_paragraph_is_one_of_its_facts(world, edition):
    words = passages_of(gather(refreshed(annual_office(world, edition).cycle)))
    assert len(words) > 12
    for one in words.values():
        facts = " ".join(one.facts.values())
        for figure in re.findall(r"\d+\.\d+", one.text):
            assert figure in facts, (one.key, figure)
        assert one.text == " ".join(one.text.split())
        assert "None" not in one.text


def test_the_networks_of_a_year_are_told_with_the_numbers_of_their_evaluations(world, edition):
    version = make_version(make_instrument(title="แบบประเมินเครือข่าย"), number=2, definition=form_of(2, 2))
    for name, kind, answers in (
        ("ชมรมครูคณิต", "club", {"A": [5, 4], "B": [4, 4]}),
        ("คู่พัฒนาริมน้ำ", "pair", {"A": [3, 3], "B": [2, 4]}),
    ):
        network = Network.objects.create(area=world.area, name=name, kind=kind, started_on=LONG_AGO)
        make_confirmed(network, world.supervisor, world.head, version, answers=answers, year=2568, semester=2)
    cycle = make_cycle(world.area, world.head, edition=edition, process="P-5.2", year=2568, at=7)

    words = passages_of(gather(refreshed(cycle)))

    every = [5, 4, 4, 4, 3, 3, 2, 4]
    assert f"(x̄ = {mean_of(every)}, S.D. = {sd_of(every)})" in words["n2.whole"].text
    assert "ยืนยันผลการประเมินแล้ว 2 จาก 2 เครือข่าย (ร้อยละ 100.00)" in words["n2.whole"].text
    assert f"สูงสุดคือ ด้านที่ 1 (x̄ = {mean_of([5, 4, 3, 3])}, S.D. = {sd_of([5, 4, 3, 3])})" in words["n2.sections"].text
    assert f"เครือข่ายชมรม (x̄ = {mean_of([5, 4, 4, 4])}" in words["n2.kinds"].text
    assert "ควรเน้นพัฒนาด้านที่ 2" in words["proposals"].text
    assert "ที่ดำเนินงานในปีนี้มี 2 เครือข่าย" in words["executive"].text
    assert not any("ชมรมครูคณิต" in one.text or "คู่พัฒนาริมน้ำ" in one.text for one in words.values() if one.public)


# -- Care ----------------------------------------------------------------------------------------------------------


def test_ties_are_named_together_and_equal_sections_have_neither_highest_nor_lowest():
    tied = sections(form("4.10", "4.10", "3.20"), Said("f1.sections"))
    assert "ด้าน 1 และด้าน 2 (x̄ = 4.10 เท่ากัน)" in tied
    assert "รองลงมา" not in tied
    assert "ต่ำสุดคือ ด้าน 3" in tied

    same = sections(form("4.10", "4.10"), Said("f1.sections"))
    assert "ทุกด้านมีค่าเฉลี่ยเท่ากัน" in same
    assert "สูงสุด" not in same


def test_nothing_is_said_of_what_nobody_answered_and_one_answer_has_no_deviation():
    nobody = form("4.00", whole={"n": None, "mean": None, "sd": None, "level": ""})
    assert "ยังสรุปเป็นค่าเฉลี่ยรวมไม่ได้" in whole(nobody, Said("f1.whole"))
    assert sections(form("4.00"), Said("f1.sections")) == ""
    assert questions(form("4.00", "3.00"), Said("f1.questions")) == ""

    one = whole(form("4.00", whole=part("4.00", n=1, sd=None)), Said("f1.whole"))
    assert "(x̄ = 4.00)" in one
    assert "S.D. =" not in one
    assert "รายการเดียว" in one


def test_schools_are_counted_by_level_without_a_name_and_compared_with_one():
    rows = [
        part("4.60", name="ก", level="มากที่สุด"),
        part("4.00", name="ข"),
        part("3.60", name="ค"),
        part(None, name="ง", level=""),
    ]
    found = form("4.00", by={"school": rows})
    said = Said("f1.levels")

    assert levels(found, said) == ("ในโรงเรียนที่มีผล 3 แห่ง เป็นระดับมากที่สุด 1 แห่ง (ร้อยละ 33.33) ระดับมาก 2 แห่ง (ร้อยละ 66.67)")
    assert said.facts["ร้อยละระดับมาก"] == "66.67"
    text = apart(found, Said("f1.schools"), by="school", what="โรงเรียน", prefix="โรงเรียน")
    assert "โรงเรียนก (x̄ = 4.60" in text
    assert text.endswith("ต่างกัน 1.00")
    assert apart(form("4.00", by={"school": rows[3:]}), Said("x"), by="school", what="โรงเรียน", prefix="") == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [("0.40", "ภาพรวมสูงขึ้น 0.40"), ("-0.40", "ภาพรวมลดลง 0.40"), ("0.00", "ภาพรวมไม่เปลี่ยนแปลง")],
)
def test_a_year_is_compared_with_the_one_before_in_its_direction(change, words):
    rows = [
        {"title": "ภาพรวม", "whole": True, "before": "3.60", "after": "4.00", "change": change},
        {"title": "ด้าน 1", "whole": False, "before": "4.00", "after": "3.70", "change": "-0.30"},
        {"title": "ด้าน 2", "whole": False, "before": "3.20", "after": "4.30", "change": "1.10"},
    ]
    text = before(form("4.00", before={"label": "ปีงบประมาณ 2568", "responses": 4, "rows": rows}), Said("f1.before"))

    assert words in text
    assert "สูงขึ้นมี 1 ด้าน ลดลง 1 ด้าน" in text
    assert "ลดลงมากที่สุดคือ ด้าน 1 (0.30)" in text
    assert before(form("4.00"), Said("f1.before")) == ""


def test_a_trend_needs_three_years_and_says_its_way():
    points = [
        {"label": str(year), "cut": "", **part(mean)} for year, mean in ((2568, "3.00"), (2569, "3.50"), (2570, "4.00"))
    ]
    assert "เพิ่มขึ้นต่อเนื่อง จาก 3.00 เป็น 4.00" in trend(form(trend=points), Said("f1.trend"))
    points[1]["mean"] = "4.50"
    assert "ขึ้นลงไม่คงที่" in trend(form(trend=points), Said("f1.trend"))
    assert trend(form(trend=points[:2]), Said("f1.trend")) == ""


def test_many_names_become_a_number_and_the_same_paragraph_is_always_said_alike():
    assert joined(["ก"]) == "ก"
    assert joined(["ก", "ข", "ค"]) == "ก ข และค"
    assert joined(list("กขคงจ"), unit="แห่ง") == "ก ข ค และอีก 2 แห่ง"
    assert best([{"mean": "1.00"}, {"mean": None}], least=True) == [{"mean": "1.00"}]
    ways = {Said(f"f{at}.sections").one_of("ก", "ข", "ค") for at in range(20)}
    assert len(ways) == 3
    assert Said("f1.sections").one_of("ก", "ข", "ค") == Said("f1.sections").one_of("ก", "ข", "ค")


def test_a_difference_names_the_number_with_its_old_and_its_new_value():
    found = differences({"n": "3", "x̄": "4.00", "หาย": "1"}, {"n": "3", "x̄": "4.10", "ใหม่": "2"})
    assert [(one.label, one.old, one.new) for one in found] == [
        ("x̄", "4.00", "4.10"),
        ("หาย", "1", "-"),
        ("ใหม่", "-", "2"),
    ]
