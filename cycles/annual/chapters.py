"""The book: which block stands in which chapter, for the office or for everybody.

What everybody reads names no school and nobody: of the paragraphs the public ones, of the tables those of the whole.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from cycles.annual import tables
from cycles.annual.blocks import (
    NUMBER,
    TEXT,
    Block,
    Chapter,
    Figure,
    Frozen,
    Heading,
    Items,
    Photos,
    Table,
    Words,
    numbered,
)
from thai.dates import date_range, long_date
from thai.numerals import format_number

THAI_LETTERS = "กขคงจฉช"
Data = Mapping[str, Any]
Told = Callable[[str], str]
"""The words of a paragraph by its key; empty where there is none or this reader may not read it."""


@dataclass(frozen=True)
class Book:
    chapters: Sequence[Chapter]
    appendices: Sequence[Chapter]
    tables: Sequence[Table]
    figures: Sequence[Figure]


def book_of(data: Data, texts: Mapping[str, str], told: Told, records: Iterable[Any], *, public: bool) -> Book:
    """``texts``: what people typed into the report; ``records``: the frozen steps for the appendix."""
    results = _results_of_networks if data["networks"] else _results_of_supervision
    made = [
        ("บทนำ", _introduction(data, told)),
        ("กรอบแนวคิดและนโยบาย", _framework(data, public=public)),
        ("วิธีดำเนินการ", _methods(data, told, public=public)),
        ("ผลการดำเนินงาน", results(data, told, public=public)),
        ("สรุป อภิปราย และข้อเสนอแนะ", _end(data, texts, told, public=public)),
    ]
    chapters = [
        Chapter(f"บทที่ {number}", title, str(number), _without_empty(blocks))
        for number, (title, blocks) in enumerate(made, 1)
    ]
    appendices = [] if public else _appendices(data, records)
    found = numbered([*chapters, *appendices])
    return Book(chapters, appendices, *found)


def _without_empty(blocks: Iterable[Block]) -> list[Block]:
    """Headings under which nothing stands are left out."""
    rows = list(blocks)
    kept: list[Block] = []
    for place, block in enumerate(rows):
        if isinstance(block, Heading):
            after = rows[place + 1] if place + 1 < len(rows) else None
            if after is None or (isinstance(after, Heading) and after.level <= block.level):
                continue
        kept.append(block)
    return kept


def _told(told: Told, *keys: str) -> Iterator[Words]:
    for key in keys:
        if text := told(key):
            yield Words(text)


def _typed(text: str | None) -> Iterator[Words]:
    if text and text.strip():
        yield Words(text, typed=True)


# -- Chapters 1 and 2 ----------------------------------------------------------------------------------------------


def _introduction(data: Data, told: Told) -> Iterator[Block]:
    framework = data["framework"]
    yield Heading("ความเป็นมาและความสำคัญ")
    yield from _told(told, "background")
    yield Heading("วัตถุประสงค์")
    yield Items(framework["objectives"])
    yield Heading("ขอบเขต")
    yield from _typed(framework["scope"])
    if framework["definitions"]:
        yield Heading("นิยามศัพท์")
        yield Items([f"{term} หมายถึง {text}" for term, text in framework["definitions"]], numbered=False)


def _framework(data: Data, *, public: bool) -> Iterator[Block]:
    framework = data["framework"]
    yield Heading("แนวคิดของคู่มือ")
    yield from _typed(framework["concept"])
    if framework["laws"]:
        yield Heading("กฎหมาย ระเบียบ และนโยบายที่เกี่ยวข้อง")
        yield Items(
            [" ".join(filter(None, (title, f"({note})" if note else ""))) for title, note, _ in framework["laws"]]
        )
    if framework["references"] and not public:
        yield Heading("นโยบายและเอกสารอ้างอิงของปี")
        yield Items(framework["references"])
    yield Heading("ขั้นตอนการดำเนินงานตามคู่มือ")
    yield Table(
        "ขั้นตอน ระยะเวลา และมาตรฐานคุณภาพงาน",
        [("ขั้นที่", NUMBER), ("ขั้นตอน", TEXT), ("ระยะเวลา", TEXT), ("มาตรฐานคุณภาพงาน", TEXT)],
        [[step["number"], step["name"], _window(step), step["standard"] or "-"] for step in framework["steps"]],
        note=f"ที่มา: {framework['edition']}",
    )


def _window(step: Data) -> str:
    return date_range(date.fromisoformat(step["from"]), date.fromisoformat(step["to"]), style="short")


# -- Chapter 3 -----------------------------------------------------------------------------------------------------


def _methods(data: Data, told: Told, *, public: bool) -> Iterator[Block]:
    yield Heading("ประชากรและกลุ่มเป้าหมาย")
    yield from _told(told, "population")
    yield from tables.networks(data["networks"]) if data["networks"] else tables.population(data)
    yield Heading("การศึกษาความต้องการ")
    yield from _told(told, "needs")
    if not public:
        yield from _typed(data["needs"]["problems"])
    yield from tables.needs(data)
    if not public and data["needs"]["priorities"]:
        yield Heading("สิ่งสำคัญที่เลือก", 3)
        yield Items([row["text"] for row in data["needs"]["priorities"]])
    methods = data["methods"]
    if methods["bases"] or methods["methods"]:
        yield Heading("วิธีการนิเทศ")
        if methods["bases"]:
            yield Words(f"ฐานของการนิเทศ: {', '.join(methods['bases'])}")
        if methods["techniques"]:
            yield Words(f"เทคนิควิธีการ: {', '.join(methods['techniques'])}")
        if not public:
            yield from _typed(methods["methods"])
    if data["tools"]:
        yield Heading("เครื่องมือและคุณภาพของเครื่องมือ")
        yield from _told(told, "tools")
        yield from tables.tools(data)
        if not public:
            yield from _typed(methods["tools"])
    yield Heading("สถิติและเกณฑ์การแปลความหมาย")
    yield Items(
        [
            "จำนวน (n) และร้อยละ ปัดเศษทศนิยม 2 ตำแหน่งแบบครึ่งปัดขึ้น",
            "ค่าเฉลี่ย (x̄) ของคำตอบทั้งหมดที่ให้คะแนน ข้อที่ระบุว่าไม่เกี่ยวข้องไม่นับ",
            "ส่วนเบี่ยงเบนมาตรฐานของกลุ่มตัวอย่าง (S.D.) หารด้วย n − 1",
            "ระดับพิจารณาจากค่าเฉลี่ยที่ปัดเศษแล้ว และค่าที่คำนวณไม่ได้แสดงเป็น “-”",
            "ผลที่ไม่ระบุตัวผู้ตอบและมีจำนวนน้อยไม่แสดง เพื่อไม่ให้ย้อนหาตัวผู้ตอบได้",
        ]
    )
    yield from tables.levels_of(data)


# -- Chapter 4 -----------------------------------------------------------------------------------------------------


def _results_of_supervision(data: Data, told: Told, *, public: bool) -> Iterator[Block]:
    yield Heading("การดำเนินการนิเทศตามแผน")
    yield from _told(told, "visits", "months")
    yield from tables.visits(data)
    if not public:
        yield from tables.visits_of_schools(data)
    yield Heading("ความครอบคลุมของการนิเทศ", 3)
    yield from tables.coverage(data, names=not public)
    for form in data["forms"]:
        yield Heading(f"ผลตาม{form['title']} ({form['code']})")
        yield from _of_form(form, told, public=public)
    for survey in data["surveys"]:
        if survey["responses"]:
            yield Heading(f"ผล{survey['kind']}: {survey['title']}")
            yield from _told(told, f"{survey['key']}.whole", f"{survey['key']}.sections")
            yield from tables.by_section(survey)
            yield from _told(told, f"{survey['key']}.questions")
            yield from tables.by_question(survey)
    yield Heading("ข้อค้นพบจากการนิเทศ")
    yield from _told(told, "findings")
    yield from tables.findings(data)
    yield Heading("ข้อเสนอแนะต่อโรงเรียนและการตอบสนอง")
    yield from _told(told, "recommendations")
    yield from tables.recommendations(data)


def _of_form(form: Data, told: Told, *, public: bool) -> Iterator[Block]:
    key = form["key"]
    yield Heading("ภาพรวมและรายด้าน", 3)
    yield from _told(told, f"{key}.whole", f"{key}.sections")
    yield from tables.by_section(form)
    yield Heading("รายข้อ", 3)
    yield from _told(told, f"{key}.questions")
    yield from tables.by_question(form)
    if not form.get("by"):
        return
    yield Heading("ระดับของโรงเรียน", 3)
    yield from _told(told, f"{key}.levels")
    yield from tables.by_level(form)
    if not public:
        for by, passage, what in (
            ("school", "schools", "โรงเรียน"),
            ("group", "groups", "กลุ่มโรงเรียน"),
            ("size", "sizes", "ขนาดโรงเรียน"),
        ):
            yield Heading(f"จำแนกตาม{what}", 3)
            yield from _told(told, f"{key}.{passage}")
            yield from tables.by_place(form, by, what)
    yield Heading("เทียบกับปีที่ผ่านมา", 3)
    yield from _told(told, f"{key}.before", f"{key}.trend")
    yield from tables.over_time(form)


def _results_of_networks(data: Data, told: Told, *, public: bool) -> Iterator[Block]:
    found = data["networks"]
    yield Heading("การประชุมสัมมนาเครือข่าย")
    yield from _told(told, "meetings")
    if not public:
        yield from _meetings(found)
    yield Heading("กิจกรรมพัฒนาเครือข่าย")
    yield from _told(told, "activities")
    yield from tables.activities(found)
    if not public:
        yield from tables.activities_of_each(found)
    yield Heading("ผลการประเมินเครือข่าย")
    yield from tables.outcomes(found)
    for place, one in enumerate(found["semesters"], 1):
        yield Heading(one["label"], 3)
        if one["sent"]:
            yield from _told(told, f"n{place}.whole", f"n{place}.sections", f"n{place}.kinds")
            yield from tables.judged(one)
            if not public:
                yield from tables.judged_each(one)
    yield from tables.judged_twice(found["semesters"])
    yield Heading("ผลตามภาคเรียนที่ผ่านมา", 3)
    yield from _told(told, "trend")
    yield from tables.trend(found["trend"], "ค่าเฉลี่ยภาพรวมของผลการประเมินเครือข่ายรายภาคเรียน", 1, 5)
    yield Heading("แนวทางการพัฒนาเครือข่าย")
    yield from _told(told, "directions")
    directions = data["directions"].get("directions") or []
    if directions and not public:
        yield Items(
            [
                " ".join(filter(None, (row["what"], f"(ผู้รับผิดชอบ {row['who']})" if row["who"] else "")))
                for row in directions
            ]
        )


def _meetings(found: Data) -> Iterator[Block]:
    if found["meetings"]:
        yield Table(
            "การประชุมสัมมนาเครือข่าย",
            [("เรื่อง", TEXT), ("วันที่", TEXT), ("สถานที่", TEXT), ("เชิญ", NUMBER), ("เข้าร่วม", NUMBER)],
            [
                [row["title"], row["days"], row["place"], format_number(row["invited"]), format_number(row["came"])]
                for row in found["meetings"]
            ],
        )


# -- Chapter 5 -----------------------------------------------------------------------------------------------------


def _end(data: Data, texts: Mapping[str, str], told: Told, *, public: bool) -> Iterator[Block]:
    evaluation = data["evaluation"]
    yield Heading("สรุปผล")
    yield from _told(told, "conclusion")
    yield Heading("อภิปรายผล")
    yield from _told(told, "discussion")
    if not public:
        yield from _typed(evaluation.get("grounds"))
    yield Heading("ปัญหาและอุปสรรค")
    yield Words(texts["problems"] or "ไม่ได้ระบุ", typed=True)
    yield Heading("ข้อเสนอแนะ")
    yield from _told(told, "proposals")
    yield from _typed(texts["suggestions"])
    guideline = evaluation.get("guideline") or data["directions"].get("guideline")
    if guideline:
        yield Heading("แนวทางสำหรับรอบต่อไป")
        yield from _typed(guideline)
    actions = evaluation.get("actions") or []
    if actions and not public:
        yield Table(
            "กิจกรรมปรับปรุง",
            [("ที่", NUMBER), ("สิ่งที่จะทำ", TEXT), ("ผู้รับผิดชอบ", TEXT), ("ภายในวันที่", TEXT)],
            [
                [
                    place,
                    row["what"],
                    row["who"] or "-",
                    long_date(date.fromisoformat(row["due"])) if row["due"] else "-",
                ]
                for place, row in enumerate(actions, 1)
            ],
        )


# -- Appendices ----------------------------------------------------------------------------------------------------


def _appendices(data: Data, records: Iterable[Any]) -> list[Chapter]:
    made: list[tuple[str, list[Block]]] = [
        ("คำสั่ง", list(_orders(data))),
        ("เครื่องมือ", list(_forms(data))),
        ("รายชื่อ", list(_lists(data))),
        ("ข้อค้นพบจากการนิเทศ", list(_quoted(data))),
        ("ภาพกิจกรรม", [Photos(data["photos"])] if data["photos"] else []),
        ("บันทึกของแต่ละขั้นตอน", [Frozen(record) for record in records]),
    ]
    there = [(title, blocks) for title, blocks in made if blocks]
    return [
        Chapter(f"ภาคผนวก {letter}", title, letter, _without_empty(blocks))
        for letter, (title, blocks) in zip(THAI_LETTERS, there, strict=False)
    ]


def _orders(data: Data) -> Iterator[Block]:
    order = data["order"]
    if not (order["number"] or order["text"]):
        return
    day = f" ลงวันที่ {long_date(date.fromisoformat(order['date']))}" if order["date"] else ""
    yield Heading(f"คำสั่งที่ {order['number'] or '-'}{day}")
    yield Words(f"เรื่อง {order['subject'] or 'แต่งตั้งคณะนิเทศ ติดตาม และประเมินผลการจัดการศึกษา'}")
    yield from _typed(order["text"])
    duties = [line for line in order["duties"].splitlines() if line.strip()]
    if duties:
        yield Heading("หน้าที่ของคณะนิเทศ", 3)
        yield Items(duties)


def _forms(data: Data) -> Iterator[Block]:
    for tool in data["tools"]:
        yield Heading(f"{tool['code']} {tool['title']}")
        facts = [f"ฉบับที่ {tool['version']}", f"{tool['questions']} ข้อ", tool["scale"],
                 f"ผู้กรอก {tool['respondent']}" if tool["respondent"] else ""]  # fmt: skip
        yield Words(" · ".join(filter(None, facts)))
        yield Items([f"{section['title']} {section['questions']} ข้อ" for section in tool["sections"]])


def _lists(data: Data) -> Iterator[Block]:
    team = data["visits"].get("team") or []
    if team:
        yield Heading("คณะนิเทศ")
        yield Table(
            "รายชื่อคณะนิเทศ", [("ที่", NUMBER), ("ชื่อ", TEXT), ("ตำแหน่ง", TEXT)],
            [[place, row["name"], row["position"]] for place, row in enumerate(team, 1)],
        )  # fmt: skip
    if data["schools"]:
        yield Heading("สถานศึกษาในสังกัด")
        yield Table(
            "รายชื่อสถานศึกษาในสังกัด",
            [
                ("ที่", NUMBER),
                ("รหัส", NUMBER),
                ("สถานศึกษา", TEXT),
                ("กลุ่มโรงเรียน", TEXT),
                ("ขนาด", TEXT),
                ("นักเรียน", NUMBER),
            ],
            [
                [place, row["code"] or "-", row["name"], row["group"] or "-", row["size"], format_number(row["pupils"])]
                for place, row in enumerate(data["schools"], 1)
            ],
        )


def _quoted(data: Data) -> Iterator[Block]:
    labels = {row["key"]: row["label"] for row in data["findings"]["kinds"]}
    rows = data["findings"]["rows"]
    for kind, label in labels.items():
        yield Heading(label)
        yield Items([f"{row['text']} (โรงเรียน{row['school']})" for row in rows if row["kind"] == kind])


def blocks_of(book: Book) -> Iterator[Block]:
    """Every block of the book, in order."""
    return chain.from_iterable(part.blocks for part in (*book.chapters, *book.appendices))
