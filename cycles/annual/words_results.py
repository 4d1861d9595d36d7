"""Sentences about results: a form as a whole, its sections and questions, told apart, against the year before."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from cycles.annual.passages import Data, Passage, passage
from cycles.annual.saying import Said, best, decimal, joined, of_levels, with_mean
from instruments.definition import dimension_name

Row = Mapping[str, Any]


def about_form(form: Data) -> Iterator[Passage | None]:
    """Every paragraph about one form of the visits."""
    key, name = form["key"], form["code"]
    yield passage(f"{key}.whole", 4, f"ผลภาพรวมของ {name}", whole, form)
    yield passage(f"{key}.sections", 4, f"ผลรายด้านของ {name}", sections, form)
    yield passage(f"{key}.questions", 4, f"ผลรายข้อของ {name}", questions, form)
    if form.get("by"):
        yield passage(f"{key}.levels", 4, f"ระดับของโรงเรียนตาม {name}", levels, form)
        yield passage(f"{key}.schools", 4, f"ผลรายโรงเรียนของ {name}", schools, form, public=False)
        groups = partial(apart, by="group", what="กลุ่มโรงเรียน", prefix="")
        yield passage(f"{key}.groups", 4, f"ผลตามกลุ่มโรงเรียนของ {name}", groups, form, public=False)
        sizes = partial(apart, by="size", what="ขนาดโรงเรียน", prefix="โรงเรียน")
        yield passage(f"{key}.sizes", 4, f"ผลตามขนาดโรงเรียนของ {name}", sizes, form, public=False)
        yield passage(f"{key}.before", 4, f"{name} เทียบกับปีก่อน", before, form)
        yield passage(f"{key}.trend", 4, f"แนวโน้มของ {name}", trend, form)


def about_survey(survey: Data) -> Iterator[Passage | None]:
    """Every paragraph about one survey."""
    yield passage(f"{survey['key']}.whole", 4, f"ผล{survey['title']}", survey_whole, survey)
    yield passage(f"{survey['key']}.sections", 4, f"ผลรายด้านของ{survey['title']}", sections, survey)
    yield passage(f"{survey['key']}.questions", 4, f"ผลรายข้อของ{survey['title']}", questions, survey)


# -- As a whole ----------------------------------------------------------------------------------------------------


def whole(form: Data, said: Said) -> str:
    part = form["whole"]
    count = said.number("ชุดคำตอบ", form["responses"])
    opening = f"ผลจาก{form['title']} ({form['code']}) จำนวน {count} ชุด"
    if form.get("by"):
        found = with_mean(form["by"]["school"])
        opening += f" จาก {said.number('โรงเรียนที่มีผล', len(found))} โรงเรียน"
    if part["mean"] is None:
        return f"{opening} ยังสรุปเป็นค่าเฉลี่ยรวมไม่ได้ เพราะข้อคำถามใช้มาตรวัดต่างกันหรือมีคำตอบไม่พอ"
    return f"{opening} {_level(said, 'ภาพรวม', part)}{_single(part)}"


def _level(said: Said, label: str, part: Row) -> str:
    level = f"อยู่ในระดับ{said.text(f'ระดับ{label}', part['level'])} " if part["level"] else "มีค่าเฉลี่ย "
    return f"{label}{level}{said.stats(label, part)}"


def _single(part: Row) -> str:
    return " ทั้งนี้มีคะแนนเพียงรายการเดียว จึงไม่มีส่วนเบี่ยงเบนมาตรฐานและควรอ่านด้วยความระมัดระวัง" if part["n"] == 1 else ""


def survey_whole(survey: Data, said: Said) -> str:
    part = survey["whole"]
    count = survey["responses"]
    if not count:
        return ""
    opening = f"แบบสอบถาม “{survey['title']}” มีผู้ตอบ {said.number('ผู้ตอบ', count)} คน"
    if part["mean"] is None:
        return f"{opening} ไม่แสดงค่าเฉลี่ยรวมเพื่อไม่ให้ย้อนหาตัวผู้ตอบได้หรือเพราะมาตรวัดต่างกัน"
    return f"{opening} {_level(said, 'ภาพรวม', part)}{_single(part)}"


# -- By section and question ---------------------------------------------------------------------------------------


def sections(form: Data, said: Said) -> str:
    rows = with_mean(form["sections"])
    if len(rows) < 2:
        return ""
    opening = said.one_of("เมื่อพิจารณาเป็นรายด้าน พบว่า", "จำแนกตามรายด้าน พบว่า", "ในรายด้าน ปรากฏว่า")
    if all_same(rows):
        return f"{opening} ทุกด้านมีค่าเฉลี่ยเท่ากัน {edge(said, 'ทุกด้าน', rows[:1])}"
    high, low = best(rows), best(rows, least=True)
    found = f"{opening} ด้านที่มีค่าเฉลี่ยสูงสุดคือ {names_of(said, 'ด้านสูงสุด', high, 'ด้าน')} {edge(said, 'ด้านสูงสุด', high)}"
    rest = [row for row in rows if row not in high and row not in low]
    if rest:
        second = best(rest)
        found += f" รองลงมาคือ {names_of(said, 'ด้านรองลงมา', second, 'ด้าน')} {edge(said, 'ด้านรองลงมา', second)}"
    return f"{found} ส่วนด้านที่มีค่าเฉลี่ยต่ำสุดคือ {names_of(said, 'ด้านต่ำสุด', low, 'ด้าน')} {edge(said, 'ด้านต่ำสุด', low)}"


def questions(form: Data, said: Said) -> str:
    rows = [row for section in form["sections"] for row in with_mean(section["lines"])]
    if len(rows) < 3:
        return ""
    if all_same(rows):
        return f"ทั้ง {said.number('ข้อ', len(rows))} ข้อมีค่าเฉลี่ยเท่ากัน {edge(said, 'ทุกข้อ', rows[:1])}"
    high, low = best(rows), best(rows, least=True)
    opening = said.one_of("เมื่อพิจารณารายข้อ", "สำหรับผลรายข้อ", "หากดูเป็นรายข้อ")
    return (
        f"{opening}จาก {said.number('ข้อ', len(rows))} ข้อ ข้อที่มีค่าเฉลี่ยสูงสุดคือ "
        f"{names_of(said, 'ข้อสูงสุด', high, 'ข้อ')} {edge(said, 'ข้อสูงสุด', high)} และข้อที่มีค่าเฉลี่ยต่ำสุดคือ "
        f"{names_of(said, 'ข้อต่ำสุด', low, 'ข้อ')} {edge(said, 'ข้อต่ำสุด', low)} ซึ่งควรได้รับการส่งเสริมเป็นลำดับแรก"
    )


def all_same(rows: Sequence[Row]) -> bool:
    return len({decimal(row["mean"]) for row in rows}) == 1


def names_of(said: Said, label: str, rows: Sequence[Row], unit: str, prefix: str = "") -> str:
    """Those at the edge by name, in quotation marks where a name is a whole sentence; ties are named together."""
    names = [
        f"“{row['text']}”" if "text" in row else f"{prefix}{dimension_name(row.get('title') or row.get('name') or '')}"
        for row in rows
    ]
    return said.text(label, joined(names, unit=unit))


def edge(said: Said, label: str, rows: Sequence[Row]) -> str:
    """The mean at an edge; where several share it, that they do. The S.D. of one alone."""
    first = rows[0]
    if len(rows) > 1:
        return f"(x̄ = {said.mean(f'x̄ {label}', first['mean'])} เท่ากัน)"
    return said.stats(label, first)


# -- Told apart ----------------------------------------------------------------------------------------------------


def levels(form: Data, said: Said) -> str:
    """How many schools have each level: nobody is named."""
    rows = with_mean(form["by"]["school"])
    found = of_levels(rows, form["bands"])
    if not found:
        return ""
    total = len(rows)
    if len(found) == 1:
        label, count = found[0]
        return f"โรงเรียนที่มีผลทั้ง {said.number('โรงเรียนที่มีผล', count)} แห่งอยู่ในระดับ{said.text('ระดับของทุกโรงเรียน', label)}"
    words = [
        f"ระดับ{label} {said.number(f'โรงเรียนระดับ{label}', count)} แห่ง (ร้อยละ {said.share(f'ร้อยละระดับ{label}', count, total)})"
        for label, count in found
    ]
    return f"ในโรงเรียนที่มีผล {said.number('โรงเรียนที่มีผล', total)} แห่ง เป็น{' '.join(words)}"


def schools(form: Data, said: Said) -> str:
    return apart(form, said, by="school", what="โรงเรียน", prefix="โรงเรียน")


def apart(form: Data, said: Said, *, by: str, what: str, prefix: str) -> str:
    known = with_mean(form["by"][by])
    if len(known) < 2:
        return ""
    if all_same(known):
        return f"เมื่อจำแนกตาม{what} ทั้ง {said.number(what, len(known))} รายการมีค่าเฉลี่ยเท่ากัน {edge(said, 'ทุกรายการ', known[:1])}"
    high, low = best(known), best(known, least=True)
    gap = said.mean("ผลต่างสูงสุดกับต่ำสุด", (decimal(high[0]["mean"]) or 0) - (decimal(low[0]["mean"]) or 0))
    opening = said.one_of(f"เมื่อจำแนกตาม{what}", f"หากแยกตาม{what}", f"ผลตาม{what}")
    return (
        f"{opening} พบว่า ค่าเฉลี่ยสูงสุดเป็นของ{names_of(said, f'{what}สูงสุด', high, 'แห่ง', prefix)} "
        f"{edge(said, f'{what}สูงสุด', high)} และต่ำสุดเป็นของ{names_of(said, f'{what}ต่ำสุด', low, 'แห่ง', prefix)} "
        f"{edge(said, f'{what}ต่ำสุด', low)} ต่างกัน {gap}"
    )


# -- Over time -----------------------------------------------------------------------------------------------------


def before(form: Data, said: Said) -> str:
    found = form.get("before")
    head = found and next((row for row in found["rows"] if row["whole"]), None)
    if not found or head is None:
        return ""
    year = said.text("ช่วงที่เทียบ", found["label"])
    text = (
        f"เมื่อเทียบกับ{year} ซึ่งมี {said.number('ชุดคำตอบปีก่อน', found['responses'])} ชุด ค่าเฉลี่ยภาพรวม"
        f"{_moved(said, 'ผลต่างภาพรวม', head['change'])} จาก {said.mean('x̄ ปีก่อน', head['before'])} "
        f"เป็น {said.mean('x̄ ปีนี้', head['after'])}"
    )
    rows = [row for row in found["rows"] if not row["whole"]]
    if len(rows) < 2:
        return text
    risen = [row for row in rows if (decimal(row["change"]) or 0) > 0]
    fallen = [row for row in rows if (decimal(row["change"]) or 0) < 0]
    if len(risen) == len(rows):
        most = best(risen, "change")
        return (
            f"{text} โดยสูงขึ้นทั้ง {said.number('ด้านที่สูงขึ้น', len(rows))} ด้าน เพิ่มมากที่สุดคือ "
            f"{names_of(said, 'ด้านที่เพิ่มมากที่สุด', most, 'ด้าน')} ({said.change('ผลต่างมากที่สุด', most[0]['change'])})"
        )
    text += f" ด้านที่สูงขึ้นมี {said.number('ด้านที่สูงขึ้น', len(risen))} ด้าน ลดลง {said.number('ด้านที่ลดลง', len(fallen))} ด้าน"
    if fallen:
        worst = best(fallen, "change", least=True)
        text += (
            f" ด้านที่ลดลงมากที่สุดคือ {names_of(said, 'ด้านที่ลดลงมากที่สุด', worst, 'ด้าน')} "
            f"({said.change('ผลต่างที่ลดลงมากที่สุด', worst[0]['change'])})"
        )
    return text


def _moved(said: Said, label: str, value: Any) -> str:
    found = decimal(value) or 0
    if not found:
        said.change(label, value)
        return "ไม่เปลี่ยนแปลง"
    return f"{'สูงขึ้น' if found > 0 else 'ลดลง'} {said.change(label, value)}"


def trend(form: Data, said: Said) -> str:
    points = with_mean(form.get("trend") or [])
    if len(points) < 3:
        return ""
    means = [decimal(point["mean"]) or 0 for point in points]
    steps = [later - earlier for earlier, later in pairwise(means)]
    way = (
        "เพิ่มขึ้นต่อเนื่อง" if all(step > 0 for step in steps)
        else "ลดลงต่อเนื่อง" if all(step < 0 for step in steps)
        else "คงที่" if not any(steps)
        else "ขึ้นลงไม่คงที่"
    )  # fmt: skip
    first, last = points[0], points[-1]
    cut = " โดยมีปีที่ข้อคำถามเปลี่ยน จึงเทียบข้ามปีนั้นไม่ได้โดยตรง" if any(point["cut"] for point in points) else ""
    return (
        f"ในช่วง {said.number('จำนวนปี', len(points))} ปี ({first['label']}–{last['label']}) ค่าเฉลี่ย{said.text('แนวโน้ม', way)} "
        f"จาก {said.mean('x̄ ปีแรก', first['mean'])} เป็น {said.mean('x̄ ปีล่าสุด', last['mean'])}{cut}"
    )
