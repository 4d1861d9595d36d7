"""Data as tables and charts: what a reader looks numbers up in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cycles.annual.blocks import NUMBER, TEXT, Block, Figure, Table
from cycles.annual.saying import decimal, of_levels, with_mean
from documents.charts import (
    Bar,
    BarChart,
    DistributionChart,
    HeatChart,
    HeatRow,
    Level,
    LineChart,
    RadarChart,
    Series,
    Stack,
    StackedChart,
    around_zero,
    radar_chart,
    top,
)
from instruments.definition import dimension_name, ranges
from instruments.statistics import Summary, percent, show, show_signed
from networks.queries.judging import RULE_SCALE
from supervision.charts import coverage_charts
from thai.dates import month_and_year
from thai.numerals import format_number

Data = Mapping[str, Any]
Rows = Sequence[Mapping[str, Any]]
STATS = (("n", NUMBER), ("x̄", NUMBER), ("S.D.", NUMBER), ("ระดับ", NUMBER), ("ลำดับที่", NUMBER))
MOST_BARS = 60
"""Schools that one chart shows."""


def mean(value: Any) -> str:
    return show(decimal(value))


def count(value: Any) -> str:
    return format_number(value)


def share(part: int, whole: int) -> str:
    return show(percent(part, whole))


def stats(row: Mapping[str, Any], *, ranked: bool = True) -> list[str]:
    """n, x̄, S.D., level and rank as printed."""
    found = [count(row["n"]), mean(row["mean"]), mean(row["sd"]), row["level"] or "-"]
    return [*found, str(row.get("rank") or "-")] if ranked else found


def key_rows(data: Data) -> Iterator[list[str]]:
    """What the summary for who decides shows at a glance: each form, survey or semester as a whole."""
    if data["networks"]:
        rows = [(one["label"], one["whole"]) for one in data["networks"]["semesters"]]
    else:
        rows = [(f"{form['code']} {form['title']}", form["whole"]) for form in data["forms"]]
        rows += [(f"{one['kind']} ({one['code']})", one["whole"]) for one in data["surveys"]]
    for name, whole in rows:
        if whole["mean"] is not None:
            yield [name, *stats(whole, ranked=False)]


# -- A form --------------------------------------------------------------------------------------------------------


def by_section(form: Data) -> Iterator[Block]:
    rows = form["sections"]
    if not rows:
        return
    whole = [["ภาพรวม", *stats({**form["whole"], "rank": ""})]] if form["whole"]["mean"] is not None else []
    yield Table(
        f"จำนวนคำตอบ ค่าเฉลี่ย ส่วนเบี่ยงเบนมาตรฐาน และระดับของผลตาม {form['code']} จำแนกเป็นรายด้าน",
        [("รายการ", TEXT), *STATS],
        [[dimension_name(row["title"]), *stats(row)] for row in rows],
        totals=whole if len(rows) > 1 else (),
    )
    if len(rows) > 1:
        yield Figure(f"ค่าเฉลี่ยรายด้านตาม {form['code']}", _bars(rows, form, whole=form["whole"]))


def by_question(form: Data) -> Iterator[Block]:
    """Every question under its section; then how often each step was given."""
    for section in form["sections"]:
        title = f"{dimension_name(section['title'])} ({form['code']})"
        yield Table(
            f"ค่าเฉลี่ย ส่วนเบี่ยงเบนมาตรฐาน และระดับรายข้อ {title}",
            [("ข้อ", NUMBER), ("รายการ", TEXT), *STATS],
            [[line["number"], line["text"], *stats(line)] for line in section["lines"]],
            totals=[["", "รวม", *stats({**section, "rank": ""})]],
        )
        if section["spread"]:
            yield Table(
                f"จำนวนและร้อยละของคำตอบรายข้อ {title}",
                [("ข้อ", NUMBER), *((label, NUMBER) for label in section["spread"]["labels"])],
                [
                    [line["number"], *(f"{count(n)} ({mean(p)})" for n, p in zip(counts, percents, strict=True))]
                    for line, counts, percents in zip(
                        section["lines"], section["spread"]["rows"], section["spread"]["percents"], strict=True
                    )
                ],
                note="จำนวน (ร้อยละของผู้ตอบข้อนั้น)",
            )
            stacks = [
                Stack(f"{line['number']}. {line['text']}", counts)
                for line, counts in zip(section["lines"], section["spread"]["rows"], strict=True)
            ]
            yield Figure(
                f"การกระจายของคำตอบ {title}", StackedChart("", section["spread"]["labels"], stacks, heading="ข้อ")
            )


def by_level(form: Data) -> Iterator[Block]:
    """How many schools have which level; nobody by name."""
    known = with_mean(form["by"]["school"])
    found = of_levels(known, form["bands"])
    if not found:
        return
    yield Table(
        f"จำนวนและร้อยละของโรงเรียนตามระดับของผล {form['code']}",
        [("ระดับ", TEXT), ("จำนวนโรงเรียน", NUMBER), ("ร้อยละ", NUMBER)],
        [[label, count(n), share(n, len(known))] for label, n in found],
        totals=[["รวม", count(len(known)), share(len(known), len(known))]],
    )
    yield Figure(f"การกระจายของโรงเรียนตามระดับของผล {form['code']}", _spread(known, form))


def _spread(known: Rows, form: Data) -> DistributionChart:
    """Every level of the form from the lowest up, with the mean and S.D. of the schools' means as they are printed."""
    counts = dict(of_levels(known, form["bands"]))
    levels = [Level(label, counts.get(label, 0), low, high) for label, low, high in ranges(_bands(form), form["high"])]
    means = Summary.of([Fraction(str(row["mean"])) for row in known])
    return DistributionChart("", levels[::-1], means.mean, means.sd)


def by_place(form: Data, by: str, what: str) -> Iterator[Block]:
    """Told apart by school, group or size: x̄, S.D., level and rank, and where there are sections, those beside."""
    rows = form["by"][by]
    if not with_mean(rows):
        return
    yield Table(
        f"ค่าเฉลี่ย ส่วนเบี่ยงเบนมาตรฐาน ระดับ และลำดับของผลตาม {form['code']} จำแนกตาม{what}",
        [(what, TEXT), *STATS],
        [[row["name"], *stats(row)] for row in rows],
        totals=[["รวม", *stats({**form["whole"], "rank": ""})]],
    )
    if len(rows) > 1:
        shown = sorted(with_mean(rows), key=lambda row: -(decimal(row["mean"]) or 0)) if by == "school" else rows
        yield Figure(f"ค่าเฉลี่ยตาม {form['code']} จำแนกตาม{what}", _bars(shown[:MOST_BARS], form, whole=form["whole"]))
    if by != "size" and form["columns"]:
        yield Figure(f"ค่าเฉลี่ยรายด้านตาม {form['code']} ของแต่ละ{what}", _heat(form, rows, what))


def _heat(form: Data, rows: Rows, what: str) -> HeatChart:
    shades = {band["label"]: place for place, band in enumerate(reversed(form["bands"]), 1)}
    columns = [dimension_name(title) for title in form["columns"]]
    found = [
        HeatRow(row["name"], [mean(value) for value in row["means"]], [shades.get(level, 0) for level in row["levels"]])
        for row in rows
    ]
    return HeatChart("", columns, found, heading=what, legend=[(place, label) for label, place in shades.items()])


def _bars(rows: Rows, form: Data, *, whole: Mapping[str, Any] | None = None) -> BarChart:
    bars = [Bar(dimension_name(_name(row)), decimal(row["mean"]), mean(row["mean"]), row["level"]) for row in rows]
    if whole and whole["mean"] is not None:
        bars.append(Bar("ภาพรวม", decimal(whole["mean"]), mean(whole["mean"]), whole["level"], strong=True))
    return BarChart("", bars, min(0, form["low"]), form["high"])


def _name(row: Mapping[str, Any]) -> str:
    return row.get("title") or row.get("name") or ""


def over_time(form: Data) -> Iterator[Block]:
    found = form.get("before")
    if found and found["rows"]:
        yield Table(
            f"ค่าเฉลี่ยตาม {form['code']} เทียบกับ{found['label']}",
            [("รายการ", TEXT), (found["label"], NUMBER), ("ปีนี้", NUMBER), ("ผลต่าง", NUMBER)],
            [_change(row) for row in found["rows"] if not row["whole"]],
            totals=[_change(row) for row in found["rows"] if row["whole"]],
            note="เทียบเฉพาะข้อคำถามที่ถามเหมือนกันทั้งสองปี",
        )
        yield from _two(
            f"ค่าเฉลี่ยรายด้านตาม {form['code']} ปีนี้เทียบกับ{found['label']}",
            [(row["title"], row["after"], row["before"], row["whole"]) for row in found["rows"]],
            ("ปีนี้", found["label"]),
            form,
        )
    yield from trend(form.get("trend") or [], f"แนวโน้มค่าเฉลี่ยภาพรวมตาม {form['code']}", form["low"], form["high"])


def _two(title: str, rows: Sequence[tuple], names: tuple[str, str], scale: Data) -> Iterator[Block]:
    """A radar of two values for each section; ``rows``: (name, first, second, whether it is the whole)."""
    parts = [row for row in rows if not row[3]]
    chart = radar_chart(
        "",
        [dimension_name(row[0]) for row in parts],
        [Series(name, [decimal(row[at]) for row in parts]) for at, name in enumerate(names, 1)],
        low=min(0, scale["low"]),
        high=scale["high"],
        whole=next(([decimal(row[1]), decimal(row[2])] for row in rows if row[3]), ()),
    )
    if isinstance(chart, RadarChart):  # fewer sections are read from the table
        yield Figure(title, chart)


def _change(row: Mapping[str, Any]) -> list[str]:
    return [dimension_name(row["title"]), mean(row["before"]), mean(row["after"]), show_signed(decimal(row["change"]))]


def trend(points: Rows, title: str, low: int, high: int) -> Iterator[Block]:
    points = with_mean(points)
    if len(points) < 2:
        return
    yield Figure(
        title,
        LineChart(
            "", [point["label"] for point in points], [Series("ค่าเฉลี่ย", [decimal(point["mean"]) for point in points])],
            min(0, low), high, breaks={at: point["cut"] for at, point in enumerate(points) if point["cut"]},
            notes=[f"n = {count(point['n'])}" for point in points],
        ),
    )  # fmt: skip


# -- The year ------------------------------------------------------------------------------------------------------


def population(data: Data) -> Iterator[Block]:
    people = data["population"]
    for name, what in (("sizes", "ขนาดโรงเรียน"), ("groups", "กลุ่มโรงเรียน"), ("levels", "ระดับที่เปิดสอน")):
        rows = people[name]
        if rows:
            yield Table(
                f"จำนวนสถานศึกษาและนักเรียนจำแนกตาม{what}",
                [(what, TEXT), ("สถานศึกษา", NUMBER), ("ร้อยละ", NUMBER), ("นักเรียน", NUMBER), ("ร้อยละ", NUMBER)],
                [_people(row["name"], row["schools"], row["pupils"], people) for row in rows],
                totals=[_people("รวม", people["total"], people["pupils"], people)],
            )


def _people(name: str, schools: int, pupils: int, whole: Data) -> list[str]:
    return [name, count(schools), share(schools, whole["total"]), count(pupils), share(pupils, whole["pupils"])]


def visits(data: Data) -> Iterator[Block]:
    found = data["visits"]
    if not found.get("counts"):
        return
    words = {name: word for name, word in found["words"].items() if found["counts"][name]}
    heads = [("ตามแผน", NUMBER), *((word, NUMBER) for word in words.values())]

    def cells(counts: Mapping[str, int]) -> list[str]:
        return [count(counts["all"]), *(count(counts[name]) for name in words)]

    months = [[month_and_year(date.fromisoformat(row["month"])), *cells(row["counts"])] for row in found["months"]]
    yield Table(
        "จำนวนครั้งของการนิเทศรายเดือน", [("เดือน", TEXT), *heads], months, totals=[["รวม", *cells(found["counts"])]]
    )
    bars = [
        Bar(row[0], one["counts"]["held"], count(one["counts"]["held"]))
        for row, one in zip(months, found["months"], strict=True)
    ]
    high = top([one["counts"]["held"] for one in found["months"]])
    yield Figure("จำนวนครั้งที่นิเทศแล้วรายเดือน", BarChart("", bars, 0, high, ("เดือน", "ครั้ง", ""), unit="ครั้ง"))


def coverage(data: Data, *, names: bool) -> Iterator[Block]:
    """How many of all schools were reached; who was not is named in the office's own edition."""
    found = data["visits"].get("coverage")
    if not found or not found["total"]:
        return
    for chart in coverage_charts(found, names=names):
        heads = [
            (chart.heading, TEXT),
            ("ทั้งหมด", NUMBER),
            (chart.expected, NUMBER),
            (chart.reached, NUMBER),
            ("ร้อยละ", NUMBER),
        ]
        lines = [
            (row, [row.name, count(row.total), count(row.expected or 0), row.number, row.percent]) for row in chart.rows
        ]
        if chart.names:
            heads.append((chart.missed, TEXT))
            lines = [(row, [*cells, ", ".join(row.missing) or "-"]) for row, cells in lines]
        yield Table(
            f"จำนวนและร้อยละของ{chart.title}",
            heads,
            [cells for row, cells in lines if not row.strong],
            totals=[[*cells[:5], *[""] * (len(heads) - 5)] for row, cells in lines if row.strong],
        )
        yield Figure(chart.title, chart)


def visits_of_schools(data: Data) -> Iterator[Block]:
    found = data["visits"]
    for name, title, what in (
        ("schools", "จำนวนครั้งของการนิเทศรายโรงเรียน", "โรงเรียน"),
        ("people", "จำนวนครั้งของการนิเทศตามหัวหน้าคณะ", "หัวหน้าคณะ"),
    ):
        if found.get(name):
            yield Table(
                title,
                [(what, TEXT), ("ตามแผน", NUMBER), ("นิเทศแล้ว", NUMBER), ("เลื่อน", NUMBER), ("ยกเลิก", NUMBER)],
                [
                    [row["name"], *(count(row["counts"][key]) for key in ("all", "held", "postponed", "cancelled"))]
                    for row in found[name]
                ],
            )


def needs(data: Data) -> Iterator[Block]:
    for survey in data["needs"]["surveys"]:
        rows = [row for row in survey.get("sections") or [] if not row["hidden"]]
        if rows:
            heads = [("ด้าน", TEXT), ("n", NUMBER), ("สภาพปัจจุบัน (D)", NUMBER), ("สภาพที่ควรเป็น (I)", NUMBER),
                     ("PNI ปรับปรุง", NUMBER), ("ลำดับที่", NUMBER)]  # fmt: skip
            yield Table(
                f"ดัชนีความต้องการจำเป็นรายด้าน จาก{survey['title']}",
                heads,
                [
                    [
                        dimension_name(row["title"]),
                        count(row["n"]),
                        row["current"],
                        row["desired"],
                        row["pni"],
                        row["rank"] or "-",
                    ]
                    for row in rows
                ],
                note="PNI ปรับปรุง = (I − D) / D",
            )
            yield Figure(f"ดัชนีความต้องการจำเป็นรายด้าน จาก{survey['title']}", _needs_chart(rows))


def _needs_chart(rows: Rows) -> BarChart:
    values = [None if row["pni"] == "-" else Decimal(row["pni"]) for row in rows]
    low, high = around_zero(values)
    bars = [Bar(dimension_name(row["title"]), value, row["pni"]) for row, value in zip(rows, values, strict=True)]
    return BarChart("", bars, low, high, ("ด้าน", "PNI ปรับปรุง", ""))


def tools(data: Data) -> Iterator[Block]:
    if data["tools"]:
        yield Table(
            "เครื่องมือที่ใช้และคุณภาพของเครื่องมือ",
            [("เครื่องมือ", TEXT), ("ฉบับที่", NUMBER), ("จำนวนข้อ", NUMBER), ("ใช้ใน", TEXT), ("IOC เฉลี่ย", NUMBER),
             ("ผู้เชี่ยวชาญ", NUMBER), ("α", NUMBER)],
            [_tool(row) for row in data["tools"]],
            note="IOC 0.50 ขึ้นไปถือว่าสอดคล้อง α 0.70 ขึ้นไปถือว่าเชื่อมั่นได้ “-” คือยังไม่มีผลในระบบ",
        )  # fmt: skip


def _tool(row: Mapping[str, Any]) -> list[Any]:
    ioc, alpha = row["ioc"] or {}, row["alpha"] or {}
    return [
        f"{row['code']} {row['title']}", row["version"], row["questions"], row["used"], mean(ioc.get("average")),
        ioc.get("experts") or "-", f"{mean(alpha['value'])} (n = {alpha['persons']})" if alpha else "-",
    ]  # fmt: skip


def levels_of(data: Data) -> Iterator[Block]:
    """How means are read: the bands of each scale that is used, once."""
    seen = set()
    for form in [*data["forms"], *data["surveys"]]:
        bands = _bands(form)
        if not bands or bands in seen:
            continue
        seen.add(bands)
        yield Table(
            f"เกณฑ์การแปลความหมายค่าเฉลี่ย ({form['code']})",
            [("ค่าเฉลี่ย", NUMBER), ("ระดับ", TEXT)],
            [[f"{low}–{high}", label] for label, low, high in ranges(bands, form["high"])],
        )


def _bands(form: Data) -> tuple[tuple[int, str], ...]:
    return tuple((band["least"], band["label"]) for band in form["bands"])


def recommendations(data: Data) -> Iterator[Block]:
    found = data["recommendations"]
    if not found or not found["all"]:
        return
    words = (("answered", "โรงเรียนตอบแล้ว"), ("reported", "รายงานผลแล้ว รอยืนยัน"), ("verified", "ยืนยันผลแล้ว"),
             ("open", "ยังเปิดอยู่"), ("overdue", "เลยกำหนด"))  # fmt: skip
    rows = [[word, count(found[name]), share(found[name], found["all"])] for name, word in words]
    yield Table(
        "ข้อเสนอแนะต่อโรงเรียนและการตอบสนอง", [("รายการ", TEXT), ("จำนวนข้อ", NUMBER), ("ร้อยละ", NUMBER)], rows,
        totals=[["ทั้งหมด", count(found["all"]), share(found["all"], found["all"])]],
        note="ข้อหนึ่งอาจอยู่ได้หลายรายการ เช่น ตอบแล้วและยังเปิดอยู่",
    )  # fmt: skip


def findings(data: Data) -> Iterator[Block]:
    rows = data["findings"]["kinds"]
    if rows:
        yield Table(
            "ข้อค้นพบจากการนิเทศ",
            [("ประเภท", TEXT), ("จำนวนรายการ", NUMBER), ("จำนวนโรงเรียน", NUMBER)],
            [[row["label"], count(row["n"]), count(row["schools"])] for row in rows],
        )


# -- Networks ------------------------------------------------------------------------------------------------------


def networks(found: Data) -> Iterator[Block]:
    if found["kinds"]:
        total = sum(row["count"] for row in found["kinds"])
        rows = [[row["kind"], count(row["count"]), share(row["count"], total)] for row in found["kinds"]]
        yield Table(
            "จำนวนเครือข่ายจำแนกตามประเภท", [("ประเภท", TEXT), ("จำนวน", NUMBER), ("ร้อยละ", NUMBER)], rows,
            totals=[["รวม", count(total), share(total, total)]],
        )  # fmt: skip


def activities(found: Data) -> Iterator[Block]:
    rows = [row for row in found["activities"].get("kinds", []) if row["count"]]
    if rows:
        yield Table(
            "กิจกรรมพัฒนาเครือข่ายจำแนกตามลักษณะ",
            [("กิจกรรม", TEXT), ("ครั้ง", NUMBER), ("เครือข่าย", NUMBER), ("รายงานผลแล้ว", NUMBER), ("งบที่ใช้ (บาท)", NUMBER)],
            [
                [
                    row["label"],
                    count(row["count"]),
                    count(row["networks"]),
                    count(row["reported"]),
                    count(row["expense"]),
                ]
                for row in rows
            ],
        )
        bars = [Bar(dimension_name(row["label"]), row["count"], count(row["count"])) for row in rows]
        high = top([row["count"] for row in rows])
        yield Figure("จำนวนกิจกรรมจำแนกตามลักษณะ", BarChart("", bars, 0, high, ("กิจกรรม", "ครั้ง", ""), unit="ครั้ง"))


def activities_of_each(found: Data) -> Iterator[Block]:
    if found["list"]:
        yield Table(
            "กิจกรรมของแต่ละเครือข่าย",
            [("เครือข่าย", TEXT), ("ประเภท", TEXT), ("ภาคเรียนที่ 1", NUMBER), ("ภาคเรียนที่ 2", NUMBER)],
            [[row["name"], row["kind"], count(row["first"]), count(row["second"])] for row in found["list"]],
        )


def outcomes(found: Data) -> Iterator[Block]:
    rows = [one for one in found["semesters"] if one["sent"]]
    if rows:
        names = ("to_evaluate", "evaluated", "missing", "normal", "improve")
        heads = ("ต้องประเมิน", "ยืนยันผลแล้ว", "ยังไม่มีผล", "ปกติ", "ปรับปรุง")
        yield Table(
            "ผลการประเมินเครือข่ายรายภาคเรียน",
            [("ภาคเรียน", TEXT), *((head, NUMBER) for head in heads)],
            [[one["label"], *(count(one[name]) for name in names)] for one in rows],
        )


SCALE = dict(zip(("low", "high"), RULE_SCALE, strict=True))
"""The scale on which networks are judged."""


def judged(one: Data) -> Iterator[Block]:
    """One semester by section and by kind of network."""
    for name, what in (("sections", "ด้าน"), ("kinds", "ประเภทเครือข่าย")):
        rows = one[name]
        if not with_mean(rows):
            continue
        title = f"จำแนกตาม{what} {one['label']}"
        yield Table(
            f"จำนวนคำตอบ ค่าเฉลี่ย ส่วนเบี่ยงเบนมาตรฐาน และระดับของผลการประเมินเครือข่าย {title}",
            [(what, TEXT), *STATS[:4]],
            [[dimension_name(row["title"]), *stats(row, ranked=False)] for row in rows],
            totals=[["ภาพรวม", *stats(one["whole"], ranked=False)]],
        )
        yield Figure(f"ค่าเฉลี่ยผลการประเมินเครือข่าย {title}", _bars(rows, SCALE, whole=one["whole"]))


def judged_twice(semesters: Rows) -> Iterator[Block]:
    """The sections of the first semester beside those of the second, where both were judged."""
    first, last = semesters[0], semesters[-1]
    if first is last or not with_mean([first["whole"], last["whole"]])[1:]:
        return
    before = {row["title"]: row["mean"] for row in first["sections"]}
    rows = [(row["title"], before.get(row["title"]), row["mean"], False) for row in last["sections"]]
    rows.append(("", first["whole"]["mean"], last["whole"]["mean"], True))
    title = f"ค่าเฉลี่ยรายด้านของผลการประเมินเครือข่าย {first['label']} เทียบกับ {last['label']}"
    yield from _two(title, rows, (first["label"], last["label"]), SCALE)


def judged_each(one: Data) -> Iterator[Block]:
    if one["networks"]:
        yield Table(
            f"ผลการประเมินของแต่ละเครือข่าย {one['label']}",
            [("เครือข่าย", TEXT), ("ประเภท", TEXT), ("x̄", NUMBER), ("ระดับ", NUMBER), ("ผล", NUMBER)],
            [
                [row["name"], row["kind"], mean(row["mean"]), row["level"] or "-", row["outcome"]]
                for row in one["networks"]
            ],
        )
