"""What the report of P-5.2 says in words: the networks, what they did, how they were judged."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from cycles.annual.passages import Data, Passage, passage
from cycles.annual.saying import Said, best, decimal, joined, with_mean
from cycles.annual.words_results import all_same, edge, names_of
from cycles.annual.words_supervision import background, needs
from instruments.definition import dimension_name

Row = Mapping[str, Any]


def written(data: Data) -> Iterator[Passage | None]:
    found = data["networks"]
    yield passage("executive", 0, "ผลที่สำคัญ (บทสรุปสำหรับผู้บริหาร)", executive, data)
    yield passage("background", 1, "ความเป็นมา", background, data)
    yield passage("population", 3, "เครือข่ายที่ดำเนินงาน", networks, found)
    yield passage("needs", 3, "ความต้องการของสถานศึกษา", needs, data, public=False)
    yield passage("meetings", 4, "การประชุมเครือข่าย", meetings, found)
    yield passage("activities", 4, "กิจกรรมของเครือข่าย", activities, found)
    yield from chain.from_iterable(
        _semester(place, one) for place, one in enumerate(found["semesters"], 1) if one["sent"]
    )
    yield passage("trend", 4, "ผลตามภาคเรียน", trend, found)
    yield passage("directions", 4, "แนวทางการพัฒนาเครือข่าย", directions, found)
    yield passage("conclusion", 5, "สรุปผล", conclusion, data)
    yield passage("discussion", 5, "อภิปรายผล", discussion, found)
    yield passage("proposals", 5, "ข้อเสนอแนะเพื่อการพัฒนา", proposals, found)


def _semester(place: int, one: Data) -> Iterator[Passage | None]:
    yield passage(f"n{place}.whole", 4, f"ผลการประเมิน{one['label']}", judged, one)
    yield passage(f"n{place}.sections", 4, f"ผลรายด้าน{one['label']}", sections, one)
    yield passage(f"n{place}.kinds", 4, f"ผลตามประเภทเครือข่าย{one['label']}", kinds, one)


def networks(found: Data, said: Said) -> str:
    total = sum(row["count"] for row in found["kinds"])
    if not total:
        return ""
    words = " ".join(f"{row['kind']} {said.number('เครือข่าย' + row['kind'], row['count'])}" for row in found["kinds"])
    return f"เครือข่ายการนิเทศที่ดำเนินงานในปีนี้มี {said.number('เครือข่าย', total)} เครือข่าย จำแนกเป็น {words}"


def meetings(found: Data, said: Said) -> str:
    rows = found["meetings"]
    if not rows:
        return ""
    came, invited = sum(row["came"] for row in rows), sum(row["invited"] for row in rows)
    text = (
        f"จัดประชุมสัมมนาเครือข่าย {said.number('การประชุม', len(rows))} ครั้ง มีผู้เข้าร่วม {said.number('ผู้เข้าร่วมประชุม', came)} คน"
    )
    return f"{text} จากที่เชิญ {said.number('ผู้ได้รับเชิญ', invited)} คน" if invited else text


def activities(found: Data, said: Said) -> str:
    done = found["activities"]
    total = sum(row["count"] for row in done.get("kinds", []))
    if not done.get("networks"):
        return ""
    if not total:
        return "ยังไม่มีกิจกรรมพัฒนาเครือข่ายที่จัดแล้วในปีนี้"
    acted = sum(bool(row["first"] or row["second"]) for row in found["list"])
    text = (
        f"เครือข่ายจัดกิจกรรมรวม {said.number('กิจกรรม', total)} ครั้ง โดย {said.number('เครือข่ายที่จัดกิจกรรม', acted)} จาก "
        f"{said.number('เครือข่าย', done['networks'])} เครือข่าย (ร้อยละ {said.share('ร้อยละที่จัดกิจกรรม', acted, done['networks'])})"
    )
    both = sum(bool(row["first"] and row["second"]) for row in found["list"])
    text += f" จัดครบทั้งสองภาคเรียน {said.number('เครือข่ายที่จัดครบ', both)} เครือข่าย"
    most = best(done["kinds"], "count")
    return f"{text} กิจกรรมที่จัดมากที่สุดคือ {said.text('กิจกรรมที่มากที่สุด', joined([dimension_name(row['label']) for row in most]))} ({said.number('ครั้งที่มากที่สุด', most[0]['count'])} ครั้ง)"


def judged(one: Data, said: Said) -> str:
    text = (
        f"{one['label']} ยืนยันผลการประเมินแล้ว {said.number('ประเมินแล้ว', one['evaluated'])} จาก "
        f"{said.number('ต้องประเมิน', one['to_evaluate'])} เครือข่าย (ร้อยละ {said.share('ร้อยละที่ประเมิน', one['evaluated'], one['to_evaluate'])}) "
        f"ผลเป็น “ปกติ” {said.number('ปกติ', one['normal'])} และ “ปรับปรุง” {said.number('ปรับปรุง', one['improve'])} เครือข่าย"
    )
    part = one["whole"]
    if part["mean"] is None:
        return text
    level = f"อยู่ในระดับ{said.text('ระดับภาพรวม', part['level'])} " if part["level"] else ""
    return f"{text} ภาพรวม{level}{said.stats('ภาพรวม', part)}"


def sections(one: Data, said: Said) -> str:
    rows = with_mean(one["sections"])
    if len(rows) < 2:
        return ""
    if all_same(rows):
        return f"ทุกด้านมีค่าเฉลี่ยเท่ากัน {edge(said, 'ทุกด้าน', rows[:1])}"
    high, low = best(rows), best(rows, least=True)
    return (
        f"{said.one_of('เมื่อพิจารณารายด้าน', 'ในรายด้าน')}พบว่า ด้านที่มีค่าเฉลี่ยสูงสุดคือ {names_of(said, 'ด้านสูงสุด', high, 'ด้าน')} "
        f"{edge(said, 'ด้านสูงสุด', high)} และต่ำสุดคือ {names_of(said, 'ด้านต่ำสุด', low, 'ด้าน')} {edge(said, 'ด้านต่ำสุด', low)}"
    )


def kinds(one: Data, said: Said) -> str:
    rows = with_mean(one["kinds"])
    if len(rows) < 2 or all_same(rows):
        return ""
    high, low = best(rows), best(rows, least=True)
    return (
        f"จำแนกตามประเภทของเครือข่าย ค่าเฉลี่ยสูงสุดคือเครือข่าย{names_of(said, 'ประเภทสูงสุด', high, 'ประเภท')} "
        f"{edge(said, 'ประเภทสูงสุด', high)} และต่ำสุดคือเครือข่าย{names_of(said, 'ประเภทต่ำสุด', low, 'ประเภท')} {edge(said, 'ประเภทต่ำสุด', low)}"
    )


def trend(found: Data, said: Said) -> str:
    points = with_mean(found["trend"])
    if len(points) < 2:
        return ""
    first, last = points[0], points[-1]
    change = (decimal(last["mean"]) or 0) - (decimal(first["mean"]) or 0)
    way = "สูงขึ้น" if change > 0 else "ลดลง" if change < 0 else "ไม่เปลี่ยนแปลง"
    size = f" {said.change('ผลต่าง', change)}" if change else ""
    return (
        f"เมื่อเทียบภาคเรียนที่ {first['label']} กับ {last['label']} ค่าเฉลี่ยภาพรวม{said.text('ทิศทาง', way)}{size} "
        f"จาก {said.mean('x̄ ครั้งแรก', first['mean'])} เป็น {said.mean('x̄ ครั้งล่าสุด', last['mean'])}"
    )


def directions(found: Data, said: Said) -> str:
    counts = found["directions"].get("counts")
    if not counts or not counts["all"]:
        return ""
    return (
        f"เครือข่ายมีแนวทางพัฒนารวม {said.number('แนวทางพัฒนา', counts['all'])} ข้อ ใน {said.number('เครือข่ายที่มีแนวทาง', counts['networks'])} เครือข่าย "
        f"ดำเนินการแล้ว {said.number('แนวทางที่ทำแล้ว', counts['done'])} ข้อ"
        + (f" และเลยกำหนด {said.number('แนวทางที่เลยกำหนด', counts['late'])} ข้อ" if counts["late"] else "")
    )


def _last(found: Data) -> Data | None:
    """The last semester in which something was sent."""
    return next((one for one in reversed(found["semesters"]) if one["sent"]), None)


def executive(data: Data, said: Said) -> str:
    found = data["networks"]
    last = _last(found)
    return " ".join(filter(None, (networks(found, said), activities(found, said), judged(last, said) if last else "")))


def conclusion(data: Data, said: Said) -> str:
    last = _last(data["networks"])
    if last is None:
        return networks(data["networks"], said)
    return " ".join(filter(None, (judged(last, said), sections(last, said))))


def discussion(found: Data, said: Said) -> str:
    last = _last(found)
    if last is None:
        return ""
    parts = [trend(found, said)]
    if last["missing"]:
        parts.append(
            f"ยังมีเครือข่ายที่ไม่มีผลยืนยัน {said.number('เครือข่ายที่ไม่มีผล', last['missing'])} เครือข่าย ภาพรวมจึงยังไม่ครอบคลุมทั้งเขต"
        )
    return " ".join(filter(None, parts))


def proposals(found: Data, said: Said) -> str:
    last = _last(found)
    rows = with_mean(last["sections"]) if last else []
    if len(rows) < 2 or all_same(rows):
        return ""
    low = best(rows, least=True)
    name = said.text("ด้านต่ำสุด", joined([dimension_name(row["title"]) for row in low], unit="ด้าน"))
    text = f"ปีถัดไปควรเน้นพัฒนา{name} ซึ่งมีค่าเฉลี่ยต่ำสุด (x̄ = {said.mean('x̄ ด้านต่ำสุด', low[0]['mean'])})"
    if last and last["improve"]:
        text += f" และติดตามเครือข่ายที่มีผล “ปรับปรุง” {said.number('ปรับปรุง', last['improve'])} เครือข่ายอย่างใกล้ชิด"
    return text
