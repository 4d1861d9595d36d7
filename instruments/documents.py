"""What instruments print: the blank form, to be filled by hand, and a filled one as a record."""

from itertools import groupby
from typing import Any
from urllib.parse import quote

from django.utils import timezone

from documents.kinds import document_kind
from instruments import logic, masters
from instruments.definition import Choice, Form, Question, Section
from instruments.models import InstrumentVersion, Response
from instruments.results import Reading, fits_a_line, read
from instruments.wording import in_words
from thai.dates import date_and_time, long_date

_TABLE = ("rating", "dual", "exist")
_LONG_FACTS = ("team", "hosts")
_ROWS_ON_PAPER = 8
_COPIES_ON_PAPER = 3
_PICKS_ON_PAPER = 16
"""More choices than these are written, not ticked."""
_KEPT_TOGETHER = 4
"""Tables of no more lines are not broken across pages."""
_WIDE_SCALE = 6
"""A scale of more steps leaves no room beside it."""
_LEVEL_BESIDE = 120
"""Letters of a level's description that can still be read in a column beside the others."""
PHOTOS_A_PAGE = 6


@document_kind(
    "blank-form",
    label="แบบสำหรับกรอกด้วยมือ",
    model=InstrumentVersion,
    template="documents/blank_form.html",
    queryset=lambda user: InstrumentVersion.objects.visible_to(user).select_related("instrument"),
    title=lambda version: version.instrument.title,
    record_code=lambda version: f"{version.instrument.code}-{version.number}",
)
def blank_form(version: InstrumentVersion, user) -> dict[str, Any]:
    """Ratings as tables whose heads return on each page, the rest as lines, boxes and frames."""
    form = version.form
    asked = _Asked(version)
    sections = [part for section in form.sections for part in asked.section(section)]
    explained: tuple[tuple[int, str], ...] = ()
    for part in sections:
        for block in part["blocks"]:  # what the numbers mean is said again only where it changes
            if legend := block.get("legend"):
                block["legend"], explained = (() if legend == explained else legend), legend
    return {
        "version": version,
        "instrument": version.instrument,
        "sections": sections,
        "rated": any(question.type in (*_TABLE, "matrix") for question in form.questions.values()),
        "starred": any(asked.is_required(question) for question in form.questions.values()),
        "asks_where": bool(version.instrument.signers)
        and not any(question.source == "school" for question in form.questions.values()),
        "note": version.definition.get("note", ""),
        "signatures": [{"name": "", "position": "", "role": _short(signer)} for signer in version.instrument.signers],
        "office": version.instrument.area.name if version.instrument.area else "",
    }


def _short(signer: str) -> str:
    """The role without what stands in brackets after it, which would not fit beside the line."""
    return signer.partition(" (")[0]


class _Asked:
    """What a form asks, laid out for paper. Conditions stand in the definition as they were written."""

    def __init__(self, version: InstrumentVersion):
        self.form = version.form
        self.written = {
            item["key"]: item for section in version.definition["sections"] for item in [section, *section["questions"]]
        }

    def section(self, section: Section) -> list[dict[str, Any]]:
        """The section once, or a repeating one as a table with empty lines or as several copies."""
        when = self.when(section.key, section.key)
        made: dict[str, Any] = {
            "title": section.title,
            "intro": section.intro,
            "when": when,
            "starts_with_table": False,
        }
        if section.repeat is None:
            blocks = self.blocks(section)
            starts = bool(blocks) and blocks[0]["kind"] == "table" and not section.intro and not when
            blocks[0]["named"] = starts
            return [made | {"blocks": blocks, "starts_with_table": starts}]
        more = "กรอกได้มากกว่านี้โดยใช้แผ่นเพิ่ม" if section.repeat.most > 1 else ""
        if fits_a_line(section):
            lines = max(section.repeat.least, min(section.repeat.most, _ROWS_ON_PAPER))
            block = {"kind": "lines_table", "rows": range(1, lines + 1), "label": section.repeat.label}
            block["columns"] = [self.column(question) for question in section.questions if question.type != "note"]
            return [made | {"blocks": [block], "more": more if lines < section.repeat.most else ""}]
        copies = min(max(section.repeat.least, 2), section.repeat.most, _COPIES_ON_PAPER)
        parts = []
        for number in range(1, copies + 1):
            heading = f"{section.repeat.label} {number}"
            blocks = self.blocks(section)
            blocks[0]["named"] = False
            part = {**made, "blocks": blocks, "row": heading, "repeated": number > 1}
            parts.append(part | {"more": more if number == copies and copies < section.repeat.most else ""})
        return parts

    def when(self, key: str, section: str) -> str:
        """ "ตอบเมื่อ …" of a question or section; "" where it is always asked."""
        shown = self.written.get(key, {}).get("show_when")
        return f"ตอบเมื่อ{in_words(shown, self.form, section)}" if shown else ""

    def is_required(self, question: Question) -> bool:
        """Whether it must be answered wherever it is asked."""
        written = self.written[question.key]
        condition = written.get("required_when")
        return question.required or bool(condition and condition == written.get("show_when"))

    def aside(self, question: Question) -> list[str]:
        """What whoever fills it in by hand should know: its hint, and what the browser would check."""
        written = self.written[question.key]
        said = [question.hint] if question.hint else []
        if written.get("required_when") and not self.is_required(question):
            said.append(f"ต้องตอบเมื่อ{in_words(written['required_when'], self.form, question.section)}")
        if question.filtered and (names := _asked_by(written["filter"], self.form)):
            of = " และ".join(f"ข้อ {name.number}" for name in names)
            said.append(f"เลือกให้ตรงกับคำตอบ{of}")
        if written.get("must_message"):
            said.append(written["must_message"])
        return said

    def blocks(self, section: Section) -> list[dict[str, Any]]:
        """The questions in the form's order. Only the first table of a section that begins with it bears its name."""
        made = [block for key, items in groupby(section.questions, _kind) for block in self.block(key, list(items))]
        for block in made[1:]:
            block["named"] = False
        return made

    def block(self, key: tuple[str, str, str], questions: list[Question]) -> list[dict[str, Any]]:
        kind, question_type, _ = key
        if kind == "table":
            table = _table(question_type, questions)
            table["rows"] = [
                {
                    "question": q,
                    "when": self.when(q.key, q.section),
                    "required": self.is_required(q),
                    "aside": self.aside(q),
                    "exist": q.with_exist or q.type == "exist",
                    "proof_line": q.with_evidence and not table["proof"],
                }
                for q in questions
            ]
            table["all_required"] = len(questions) > 1 and all(row["required"] for row in table["rows"])
            rubric = [q for q in questions if q.levels]
            levels = {"kind": "rubric", "questions": [_rubric(q) for q in rubric]}
            return [table, levels] if rubric else [table]
        made = []
        for question in questions:
            block: dict[str, Any] = {
                "kind": kind,
                "question": question,
                "when": self.when(question.key, question.section),
                "required": self.is_required(question),
                "aside": self.aside(question),
            }
            if kind == "matrix":
                block["legend"] = _legend(question)
                block["few"] = len(question.lines) <= _KEPT_TOGETHER
                block["tight"] = len(block["legend"]) > _WIDE_SCALE
            if kind == "picks":
                block["choices"] = _choices(question)
            block["frames"] = range(1, question.photos + 1)
            if kind == "calc":
                block["how"] = in_words(self.written[question.key].get("expr", ""), self.form, question.section)
            if kind == "long_list":
                block["how"] = "เขียนหนึ่งรายการ" if question.type == "choice" else "เขียนได้หลายรายการ"
            made.append(block)
        return made

    def column(self, question: Question) -> dict[str, Any]:
        """A question of a repeating section as the head of a column."""
        hint = question.unit
        if question.scale:
            low, high = question.scale.bounds
            hint = f"{low}–{high}"
        elif question.type == "exist":
            hint = "มี/ไม่มี"
        elif question.choices and len(question.choices) <= 6:
            hint = " / ".join(choice.text for choice in question.choices)
        wide = question.type == "text" or bool(question.master and not masters.MASTERS[question.master].everywhere)
        return {
            "question": question,
            "hints": [text for text in (hint, *self.aside(question)) if text],
            "when": self.when(question.key, question.section),
            "required": self.is_required(question),
            "wide": wide,
        }


def _kind(question: Question) -> tuple[str, str, str]:
    """Questions of one kind that follow each other share a table."""
    if question.source:
        return ("fact_lines" if question.source in _LONG_FACTS else "line", "", "")
    if question.type in _TABLE:
        return ("table", question.type, question.scale.key if question.scale else "")
    if question.type in ("choice", "multi"):
        return ("picks" if 0 < len(_choices(question)) <= _PICKS_ON_PAPER else "long_list", "", "")
    kinds = {"photo": "frames", "matrix": "matrix", "note": "note", "calc": "calc", "place": "place", "file": "file",
             "signature": "sign"}  # fmt: skip
    return (kinds.get(question.type, _written(question)), "", "")


def _written(question: Question) -> str:
    return "lines" if question.type == "text" and question.long else "line"


def _choices(question: Question) -> tuple[Choice, ...]:
    """What can be ticked: the choices of the form, or of a register that is the same in every office."""
    if not question.master:
        return question.choices
    return tuple(Choice(value, text) for value, text in masters.MASTERS[question.master].everywhere)


def _asked_by(expression: str, form: Form) -> list[Question]:
    """The questions that an expression names, each once."""
    named: dict[str, Question] = {}

    def walk(tree: Any) -> None:
        if isinstance(tree, list):
            if tree[:1] == ["q"] and (question := form.questions.get(tree[1].partition(".")[0])):
                named[question.key] = question
            for part in tree:
                walk(part)

    walk(logic.parse(expression))
    return list(named.values())


def _legend(question: Question) -> tuple[tuple[int, str], ...]:
    return question.scale.values if question.scale else ()


def _table(question_type: str, questions: list[Question]) -> dict[str, Any]:
    block: dict[str, Any] = {"kind": "table", "groups": [], "columns": [], "legend": _legend(questions[0])}
    block["few"] = len(questions) <= _KEPT_TOGETHER
    scale = questions[0].scale
    block["exist"] = question_type == "exist" or any(question.with_exist for question in questions)
    block["na"] = any(question.allow_na for question in questions)
    block["proof"] = next((question.note_label for question in questions if question.with_evidence), "")
    block["tight"] = scale is not None and len(scale.values) > _WIDE_SCALE
    if block["tight"]:  # no room beside the steps: what was seen is written under each question
        block["proof"] = ""
    if scale:
        points = [str(value) for value, _ in scale.values]
        block["columns"] = points
        if question_type == "dual":
            block["columns"] = points * 2
            block["groups"] = [
                {"title": "สภาพที่เป็นอยู่ (D)", "span": len(points)},
                {"title": "สภาพที่ควรจะเป็น (I)", "span": len(points)},
            ]
    block["width"] = 2 + 2 * block["exist"] + len(block["columns"]) + block["na"] + bool(block["proof"])
    return block


def _rubric(question: Question) -> dict[str, Any]:
    steps = question.scale.values if question.scale else ()
    levels = [(f"{v} {word}", question.levels[v]) for v, word in steps if v in question.levels]
    tall = len(levels) > _WIDE_SCALE or any(len(text) > _LEVEL_BESIDE for _, text in levels)
    return {"question": question, "levels": levels, "tall": tall}


# -- A filled form -------------------------------------------------------------------------------------------------


@document_kind(
    "filled-form",
    label="แบบที่กรอกแล้ว",
    model=Response,
    template="documents/filled_form.html",
    queryset=lambda user: Response.objects.visible_to(user).select_related("version__instrument", "area", "collection"),
    title=lambda response: response.version.instrument.title,
    record_code=lambda response: f"{response.version.instrument.code}-{response.version.number}-{abs(response.pk)}",
)
def filled_form(response: Response, user) -> dict[str, Any]:
    """The answers with their statistics, then the photographs and a list of what was attached.

    Whoever owns the response (a visit, a survey) opens this to more people than ``visible_to`` knows.
    """
    reading = read(response)
    version = response.version
    facts = [("สถานศึกษา", str(response.school))] if response.school else []
    if response.on:
        facts.append(("วันที่", long_date(response.on)))
    if response.person:
        facts.append(("ผู้รับผิดชอบ", str(response.person)))
    if response.opened_by:
        facts.append(("ผู้กรอก", str(response.opened_by)))
    facts.append(("ปิดรับคำตอบเมื่อ", _closed(response)))
    photos = answer_photos(reading)
    return {
        "reading": reading,
        "subtitle": f"{version.instrument.code} ฉบับที่ {version.number}",
        "office": response.area.name,
        "watermark": "" if response.is_locked else "ฉบับร่าง",
        "facts": facts,
        "photo_pages": [photos[start : start + PHOTOS_A_PAGE] for start in range(0, len(photos), PHOTOS_A_PAGE)],
        "annexes": [(section.section.title, row.question, item) for section, row in reading.rows for item in row.files],
    }


def _closed(response: Response) -> str:
    """When the answers were closed; of an anonymous response the day alone is known."""
    if response.locked_at is None:
        return "ยังแก้ไขได้"
    if response.collection and response.collection.anonymous:
        return long_date(timezone.localdate(response.locked_at))
    return date_and_time(response.locked_at)


def answer_photos(reading: Reading) -> list[dict[str, str]]:
    """The small pictures of all answers with what they show, for ``documents/_photos.html``."""
    code = reading.response.version.instrument.code
    return [
        {
            "src": f"media:{quote(str((photo.thumbnail or photo.file).name))}",
            "caption": f"{code} {section.section.title} ข้อ {row.question.number}",
        }
        for section, row in reading.rows
        for photo in row.photos
    ]
