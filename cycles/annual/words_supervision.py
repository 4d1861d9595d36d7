"""What the report of P-5.1 says in words: the year of supervision from its schools to what should come next."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

from cycles.annual.passages import Data, Passage, passage
from cycles.annual.saying import Said, best, decimal, joined, with_mean
from cycles.annual.words_results import about_form, about_survey
from instruments.definition import dimension_name
from thai.dates import month_and_year

Row = Mapping[str, Any]


def written(data: Data) -> Iterator[Passage | None]:
    yield passage("executive", 0, "ผลที่สำคัญ (บทสรุปสำหรับผู้บริหาร)", executive, data)
    yield passage("background", 1, "ความเป็นมา", background, data)
    yield passage("population", 3, "ประชากรและกลุ่มเป้าหมาย", population, data)
    yield passage("needs", 3, "ความต้องการของสถานศึกษา", needs, data, public=False)
    yield passage("tools", 3, "เครื่องมือและคุณภาพของเครื่องมือ", tools, data)
    yield passage("visits", 4, "การนิเทศตามแผน", visits, data)
    yield passage("months", 4, "การนิเทศรายเดือน", months, data)
    yield from chain.from_iterable(about_form(form) for form in data["forms"])
    yield from chain.from_iterable(about_survey(survey) for survey in data["surveys"])
    yield passage("findings", 4, "ข้อค้นพบจากการนิเทศ", findings, data)
    yield passage("recommendations", 4, "ข้อเสนอแนะและการตอบสนองของโรงเรียน", recommendations, data)
    yield passage("conclusion", 5, "สรุปผล", conclusion, data)
    yield passage("discussion", 5, "อภิปรายผล", discussion, data)
    yield passage("proposals", 5, "ข้อเสนอแนะเพื่อการพัฒนา", proposals, data)


# -- Chapters 1 and 3 ----------------------------------------------------------------------------------------------


def background(data: Data, said: Said) -> str:
    people, process = data["population"], data["framework"]["title"]
    return (
        f"{process} {data['period']} ดำเนินการตามคู่มือขั้นตอนการดำเนินงานของกลุ่มนิเทศฯ "
        f"รวม {said.number('ขั้นตอน', len(data['framework']['steps']))} ขั้นตอน ครอบคลุมสถานศึกษาที่เปิดสอนในเขตพื้นที่ "
        f"{said.number('สถานศึกษา', people['total'])} แห่ง นักเรียน {said.number('นักเรียน', people['pupils'])} คน "
        "รายงานฉบับนี้รวบรวมจากบันทึกที่เกิดขึ้นจริงในแต่ละขั้น เพื่อใช้ตัดสินใจและวางแผนของปีถัดไป"
    )


def population(data: Data, said: Said) -> str:
    people = data["population"]
    if not people["total"]:
        return ""
    sizes = [row for row in people["sizes"] if row["schools"]]
    words = " ".join(f"{row['name']} {said.number('โรงเรียน' + row['name'], row['schools'])} แห่ง" for row in sizes)
    text = f"ประชากรคือสถานศึกษาในสังกัด {said.number('สถานศึกษา', people['total'])} แห่ง จำแนกตามขนาดเป็น {words}"
    groups = [row for row in people["groups"] if row["schools"]]
    if len(groups) > 1:
        text += f" อยู่ใน {said.number('กลุ่มโรงเรียน', len(groups))} กลุ่มโรงเรียน"
    counts = data["visits"].get("counts")
    if counts:
        text += (
            f" กลุ่มเป้าหมายตามแผนนิเทศมี {said.number('โรงเรียนในแผน', len(data['visits']['schools']))} โรงเรียน "
            f"รวม {said.number('การนิเทศตามแผน', counts['all'])} ครั้ง"
        )
    return text


def needs(data: Data, said: Said) -> str:
    """The last survey of needs: who answered, and which need is the greatest."""
    surveys = [one for one in data["needs"]["surveys"] if one.get("sections")]
    if not surveys:
        return ""
    survey = surveys[-1]
    text = f"ก่อนวางแผนได้สำรวจความต้องการด้วย “{survey['title']}”"
    if survey.get("answers"):
        text += f" มีผู้ตอบ {said.number('ผู้ตอบแบบสำรวจ', survey['answers'])} ชุด"
    rows = [row for row in survey["sections"] if not row["hidden"] and row["pni"] != "-"]
    if rows:
        top = best(rows, "pni")
        names = said.text("ความต้องการสูงสุด", joined([dimension_name(row["title"]) for row in top], unit="ด้าน"))
        text += f" ด้านที่มีดัชนีความต้องการจำเป็นสูงสุดคือ {names} (PNI ปรับปรุง = {said.text('PNI สูงสุด', top[0]['pni'])})"
    chosen = data["needs"]["priorities"]
    if chosen:
        text += f" จึงกำหนดสิ่งสำคัญที่จะพัฒนา {said.number('สิ่งสำคัญที่เลือก', len(chosen))} เรื่อง ได้แก่ {joined([row['text'] for row in chosen])}"
    return text


def tools(data: Data, said: Said) -> str:
    rows = data["tools"]
    if not rows:
        return ""
    text = (
        f"เครื่องมือที่ใช้มี {said.number('เครื่องมือ', len(rows))} แบบ ได้แก่ {joined([row['code'] for row in rows], unit='แบบ')}"
    )
    judged = [row for row in rows if row["ioc"] and row["ioc"]["average"] is not None]
    if judged:
        averages = [{"mean": row["ioc"]["average"]} for row in judged]
        low, high = best(averages, least=True)[0], best(averages)[0]
        between = f"{said.mean('IOC ต่ำสุด', low['mean'])}"
        if low["mean"] != high["mean"]:
            between += f" ถึง {said.mean('IOC สูงสุด', high['mean'])}"
        text += (
            f" ผ่านการตรวจสอบความตรงเชิงเนื้อหาโดยผู้เชี่ยวชาญ {said.number('เครื่องมือที่มี IOC', len(judged))} แบบ "
            f"ค่า IOC เฉลี่ย {between}"
        )
    tried = [row for row in rows if row["alpha"]]
    if tried:
        text += f" และหาค่าความเชื่อมั่น (α) แล้ว {said.number('เครื่องมือที่มี α', len(tried))} แบบ"
    untested = len([row for row in rows if not row["ioc"] and not row["alpha"]])
    if untested == len(rows):
        return f"{text} ทุกแบบยังไม่มีผลตรวจคุณภาพในระบบ ผลที่ได้จึงควรอ่านโดยระวัง"
    if untested:
        text += f" ส่วนอีก {said.number('เครื่องมือที่ยังไม่มีผลตรวจ', untested)} แบบยังไม่มีผลตรวจคุณภาพในระบบ ผลจากแบบเหล่านี้จึงควรอ่านโดยระวัง"
    return text


# -- Chapter 4: what was done --------------------------------------------------------------------------------------


def visits(data: Data, said: Said) -> str:
    counts = data["visits"].get("counts")
    if not counts or not counts["all"]:
        return ""
    held, whole = counts["held"], counts["all"]
    every = " ครบทุกครั้ง" if held == whole else ""
    text = (
        f"นิเทศแล้ว {said.number('นิเทศแล้ว', held)} จาก {said.number('การนิเทศตามแผน', whole)} ครั้งตามแผน{every} "
        f"คิดเป็นร้อยละ {said.share('ร้อยละที่นิเทศแล้ว', held, whole)} ใน {said.number('โรงเรียนในแผน', len(data['visits']['schools']))} โรงเรียน"
    )
    others = [
        f"{word} {said.number(word, counts[name])} ครั้ง"
        for name, word in (("postponed", "เลื่อน"), ("cancelled", "ยกเลิก"), ("late", "เลยกำหนด"), ("writing", "กำลังนิเทศ"))
        if counts[name]
    ]
    if others:
        text += f" {' '.join(others)}"
    unvisited = data["visits"]["unvisited"]
    if unvisited:
        return f"{text} ยังมีโรงเรียนในแผนที่ไม่ได้รับการนิเทศ {said.number('โรงเรียนที่ยังไม่ได้นิเทศ', len(unvisited))} แห่ง"
    return f"{text} โรงเรียนในแผนทุกแห่งได้รับการนิเทศอย่างน้อย 1 ครั้ง"


def months(data: Data, said: Said) -> str:
    rows = [{"month": row["month"], "held": row["counts"]["held"]} for row in data["visits"].get("months", [])]
    rows = [row for row in rows if row["held"]]
    if len(rows) < 2:
        return ""
    most = best(rows, "held")
    names = joined([month_and_year(date.fromisoformat(row["month"])) for row in most], unit="เดือน")
    return (
        f"การนิเทศกระจายใน {said.number('เดือนที่มีการนิเทศ', len(rows))} เดือน เดือนที่นิเทศมากที่สุดคือ "
        f"{said.text('เดือนที่นิเทศมากที่สุด', names)} ({said.number('ครั้งในเดือนที่มากที่สุด', most[0]['held'])} ครั้ง)"
    )


def findings(data: Data, said: Said) -> str:
    rows = data["findings"]["kinds"]
    if not rows:
        return ""
    words = [
        f"{row['label']} {said.number(row['label'], row['n'])} รายการ (จาก {said.number('โรงเรียนของ' + row['label'], row['schools'])} โรงเรียน)"
        for row in rows
    ]
    return f"บันทึกที่ส่งผลให้โรงเรียนแล้วมีข้อค้นพบ แบ่งเป็น{' '.join(words)}"


def recommendations(data: Data, said: Said) -> str:
    found = data["recommendations"]
    if not found or not found["all"]:
        return ""
    whole = found["all"]
    text = (
        f"ผู้นิเทศให้ข้อเสนอแนะต่อโรงเรียนรวม {said.number('ข้อเสนอแนะทั้งหมด', whole)} ข้อ โรงเรียนตอบแล้ว "
        f"{said.number('ตอบแล้ว', found['answered'])} ข้อ (ร้อยละ {said.share('ร้อยละที่ตอบแล้ว', found['answered'], whole)}) "
        f"และยืนยันผลการแก้ไขแล้ว {said.number('ยืนยันผลแล้ว', found['verified'])} ข้อ "
        f"(ร้อยละ {said.share('ร้อยละที่ยืนยันผลแล้ว', found['verified'], whole)})"
    )
    if found["open"]:
        text += f" ยังเปิดอยู่ {said.number('ยังเปิดอยู่', found['open'])} ข้อ"
        if found["overdue"]:
            text += f" ในจำนวนนี้เลยกำหนด {said.number('เลยกำหนด', found['overdue'])} ข้อ"
        return f"{text} ซึ่งต้องติดตามต่อในปีถัดไป"
    return f"{text} ไม่มีข้อที่ค้างอยู่"


# -- Chapter 5 and the summary -------------------------------------------------------------------------------------


def executive(data: Data, said: Said) -> str:
    parts = [visits(data, said)]
    parts += [_form_line(form, said) for form in data["forms"] if form["whole"]["mean"] is not None]
    parts += [_form_line(one, said, survey=True) for one in data["surveys"] if one["whole"]["mean"] is not None]
    parts.append(recommendations(data, said))
    return " ".join(filter(None, parts))


def _form_line(form: Data, said: Said, *, survey: bool = False) -> str:
    name = form["kind"] if survey else form["code"]
    part = form["whole"]
    level = f"อยู่ในระดับ{said.text(f'ระดับ {name}', part['level'])} " if part["level"] else ""
    return f"{name if survey else f'ผลตาม {name}'} {level}{said.stats(name, part)}"


def conclusion(data: Data, said: Said) -> str:
    forms = [form for form in data["forms"] if form["whole"]["mean"] is not None]
    if not forms:
        return visits(data, said)
    text = f"จากแบบนิเทศที่มีผล {said.number('แบบที่มีผล', len(forms))} แบบ "
    if len(forms) == 1:
        return text + _form_line(forms[0], said)
    rows = [{**form["whole"], "name": form["code"], "title": form["title"]} for form in forms]
    high, low = best(rows), best(rows, least=True)
    if len(high) == len(rows):
        return f"{text}ทุกแบบมีค่าเฉลี่ยเท่ากัน (x̄ = {said.mean('x̄ ทุกแบบ', high[0]['mean'])})"
    return (
        f"{text}ค่าเฉลี่ยภาพรวมสูงสุดคือ {_form_names(said, 'แบบสูงสุด', high)} และต่ำสุดคือ {_form_names(said, 'แบบต่ำสุด', low)}"
    )


def _form_names(said: Said, label: str, rows: Sequence[Row]) -> str:
    names = said.text(label, joined([f"{row['title']} ({row['name']})" for row in rows], unit="แบบ"))
    level = f" ระดับ{said.text(f'ระดับ{label}', rows[0]['level'])}" if rows[0]["level"] else ""
    return f"{names} x̄ = {said.mean(f'x̄ {label}', rows[0]['mean'])}{level}"


def discussion(data: Data, said: Said) -> str:
    """Against the targets that the office set itself, and against the year before."""
    parts = []
    target = decimal(data["evaluation"].get("target_mean"))
    means = [(form["code"], value) for form in data["forms"] if (value := decimal(form["whole"]["mean"])) is not None]
    if target is not None and means:
        reached = [code for code, value in means if value >= target]
        short = [code for code, value in means if value < target]
        text = (
            f"เป้าหมายค่าเฉลี่ยที่ตั้งไว้คือ {said.mean('เป้าหมายค่าเฉลี่ย', target)} ผลถึงเป้าหมาย "
            f"{said.number('แบบที่ถึงเป้าหมาย', len(reached))} จาก {said.number('แบบที่มีผล', len(means))} แบบ"
        )
        if short:
            text += f" แบบที่ยังไม่ถึงคือ {said.text('แบบที่ยังไม่ถึงเป้าหมาย', joined(short, unit='แบบ'))}"
        parts.append(text)
    moved = [
        (form["code"], decimal(row["change"]) or 0)
        for form in data["forms"]
        if form.get("before")
        for row in form["before"]["rows"]
        if row["whole"]
    ]
    if moved:
        risen, fallen = ([code for code, change in moved if change * sign > 0] for sign in (1, -1))
        parts.append(
            f"เมื่อเทียบกับปีก่อน ค่าเฉลี่ยภาพรวมสูงขึ้น {said.number('แบบที่สูงขึ้น', len(risen))} แบบ "
            f"ลดลง {said.number('แบบที่ลดลง', len(fallen))} แบบ"
        )
    return " ".join(parts)


def proposals(data: Data, said: Said) -> str:
    """The weakest section of each form is where the next year begins."""
    weak = []
    for form in data["forms"]:
        rows = with_mean(form["sections"])
        if len(rows) > 1 and len(low := best(rows, least=True)) < len(rows):
            name = said.text(
                f"ด้านต่ำสุดของ {form['code']}", joined([dimension_name(row["title"]) for row in low], unit="ด้าน")
            )
            weak.append(f"{name} (x̄ = {said.mean('x̄ ต่ำสุดของ ' + form['code'], low[0]['mean'])})")
    if not weak:
        return ""
    text = f"ปีถัดไปควรให้ความสำคัญกับด้านที่มีค่าเฉลี่ยต่ำสุดของแต่ละแบบ ได้แก่ {' '.join(weak)}"
    found = data["recommendations"]
    if found and found["open"]:
        text += f" พร้อมทั้งติดตามข้อเสนอแนะที่ยังเปิดอยู่ {said.number('ยังเปิดอยู่', found['open'])} ข้อให้แล้วเสร็จ"
    return text
