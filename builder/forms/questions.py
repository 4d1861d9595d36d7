"""What people type about a question, as properties of the definition."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from builder import lines
from builder.editing import PROPERTIES, Draft, Piece
from builder.forms.base import TEXTS, BuilderForm, ConditionField, Group, area_of_text
from builder.scales import PRESETS
from builder.services import NEW_SCALE
from instruments.checking import CHOICE_LIMIT, LINE_LIMIT, LIST_LIMIT, TYPES
from instruments.masters import MASTERS
from instruments.slots import FILE_LIMIT, PHOTO_LIMIT, TEXT_LIMIT
from thai.fields import ThaiCharField, ThaiCodeField, ThaiDecimalField, ThaiIntegerField

OWN, FROM_LIST, FROM_MASTER = "own", "list:", "master:"
SHEET = "sheet"
_CASCADE = re.compile(r"\s*choice\.([A-Za-z]\w*)\s*=\s*([A-Za-z]\w*)\s*")

_GROUPS: Sequence[tuple[str, str, Sequence[str]]] = (
    ("levels", "คำอธิบายแต่ละระดับ (รูบริก)", ()),
    ("evidence", "หลักฐานประกอบ", ("with_exist", "with_evidence", "note_label", "photos_of_evidence")),
    ("conditions", "เงื่อนไข", ("show_when", "required_when", "must_hold", "must_message")),
    ("more", "เพิ่มเติม", ("weight", "max_length", "look", "correct", "parent", "filter", "key")),
)
_MAIN = (
    "text", "hint", "choices_from", "choices", "rows", "scale", "expr", "min", "max", "decimals", "unit", "long",
    "photos", "files", "required", "allow_na",
)  # fmt: skip
_DEFAULTS: Mapping[str, Any] = {"long": True, "photos": 4, "files": 1}


class QuestionForm(BuilderForm):
    """The fields that a question of this type has. Bound by what was typed, or showing how the question is."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        draft: Draft,
        question: Piece,
        kind: str = "",
        sheet: bool = False,
    ) -> None:
        self.draft, self.question = draft, question
        self.kind = kind if kind in TYPES else question.get("type", "text")
        if self.kind not in TYPES:
            self.kind = "text"
        self.section = draft.section_of(question["key"])
        self.sheet = sheet or (data is not None and data.get("choices_mode") == SHEET)
        self.fixed = question["key"] in draft.published.questions
        super().__init__(data)
        self.has = frozenset(PROPERTIES[self.kind])
        self._add_fields()

    # What is shown

    def _add_fields(self) -> None:
        asked = not self.question.get("source")
        says = "ข้อความชี้แจง" if self.kind == "note" else "ข้อคำถาม"
        self._add("text", ThaiCharField(label=says, required=False, max_length=TEXTS, widget=area_of_text(2)))
        self._add("hint", ThaiCharField(label="คำอธิบายใต้ข้อ", required=False, max_length=TEXTS, widget=area_of_text(1)))
        if "choices" in self.has and asked:
            self._add_choices()
        if "rows" in self.has:
            self._add(
                "rows",
                forms.CharField(
                    label="รายการในตาราง", required=False, widget=area_of_text(5),
                    help_text="บรรทัดละหนึ่งรายการ วางจาก Excel ได้",
                ),
                lines.joined(self.question.get("rows") or (), "text"),
            )  # fmt: skip
        if "scale" in self.has:
            self._add_scale()
        if "expr" in self.has:
            help_text = "ใช้รหัสข้อและเครื่องหมาย + − × ÷ หรือคำสั่ง เช่น sum(B1, B2)"
            self._add("expr", ConditionField("สูตรคำนวณ", help_text, "round(mean(B1, B2, B3), 2)"))
        self._add_numbers()
        self._check("long", "ตอบได้หลายบรรทัด")
        self._check("required", "ต้องตอบ")
        self._check("allow_na", "ตอบ “ไม่เกี่ยวข้อง/ไม่มีข้อมูล” ได้")
        self._add_levels()
        self._add_evidence()
        if "show_when" in self.has:
            self._add("show_when", ConditionField("แสดงเมื่อ", "เว้นว่าง = แสดงเสมอ", 'A2 = "1"'))
        if "must_hold" in self.has:
            self._add("required_when", ConditionField("ต้องตอบเมื่อ", "เว้นว่าง = ตาม “ต้องตอบ” ด้านบน", "B1 <= 2"))
            self._add("must_hold", ConditionField("คำตอบต้องเป็นไปตาม", "จุด ( . ) แทนคำตอบของข้อนี้", ". <= today()"))
            message = "ข้อความเตือนเมื่อไม่เป็นไปตามนั้น"
            self._add("must_message", ThaiCharField(label=message, required=False, max_length=500))
        self._add_rest()
        help_text = (
            "รหัสนี้อยู่ในฉบับที่เผยแพร่แล้ว จึงเปลี่ยนไม่ได้" if self.fixed else "ใช้อ้างถึงข้อนี้ในเงื่อนไข เปลี่ยนแล้วเงื่อนไขที่อ้างถึงจะเปลี่ยนตาม"
        )
        self._add(
            "key",
            ThaiCodeField(label="รหัสข้อ", required=False, max_length=40, disabled=self.fixed, help_text=help_text),
        )

    def _add(self, name: str, field: forms.Field, initial: Any = None) -> None:
        self.fields[name] = field
        field.initial = self.question.get(name) if initial is None else initial

    def _check(self, name: str, label: str, help_text: str = "") -> None:
        if name in self.has:
            shown = forms.BooleanField(label=label, required=False, help_text=help_text)
            self._add(name, shown, bool(self.question.get(name, _DEFAULTS.get(name, False))))

    def _add_choices(self) -> None:
        question, draft = self.question, self.draft
        now = (
            FROM_MASTER + question["master"] if question.get("master")
            else FROM_LIST + question["list"] if question.get("list") else OWN
        )  # fmt: skip
        offered = [(OWN, "เขียนตัวเลือกในข้อนี้")]
        offered += [(FROM_LIST + key, f"รายการกลาง: {each.get('title') or key}") for key, each in draft.lists.items()]
        offered += [(FROM_MASTER + key, f"จากทะเบียน: {master.label}") for key, master in MASTERS.items()]
        self._add("choices_from", forms.ChoiceField(label="ตัวเลือก", choices=offered, required=False), now)
        own = [item for item in question.get("choices") or () if isinstance(item, dict)]
        if self.sheet:
            help_text = (
                "บรรทัดแรกเป็นหัวคอลัมน์ คั่นด้วยแท็บ วางจาก Excel ได้ คอลัมน์ถัดจากข้อความเป็นคุณสมบัติที่ใช้กรองตัวเลือก เช่น province"
            )
            initial = lines.sheet(own) if own else ""
        else:
            help_text = "บรรทัดละหนึ่งตัวเลือก วางจาก Excel ได้ ตัวเลือก “อื่น ๆ” หรือที่มี “(ระบุ)” จะมีช่องให้พิมพ์เพิ่ม"
            initial = lines.joined(own)
        shown = forms.CharField(
            label="รายการตัวเลือก", required=False, help_text=help_text, strip=False,
            widget=area_of_text(min(12, max(4, len(own) + 1)), **{"class": "form-control b-lines"}),
        )  # fmt: skip
        self._add("choices", shown, initial)

    def _add_scale(self) -> None:
        dual = self.kind == "dual"
        fitting = {k: s for k, s in self.draft.scales.items() if isinstance(s, dict) and bool(s.get("dual")) == dual}
        own = self.section.get("scale")
        offered = [("", f"ตามตอน: {fitting[own].get('title') or own}")] if own in fitting else []
        offered += [(key, scale.get("title") or key) for key, scale in fitting.items() if key != own]
        usual = [
            (NEW_SCALE + k, t) for k, (t, s) in PRESETS.items() if bool(s.get("dual")) == dual and k not in fitting
        ]
        choices = [*offered, *([("มาตราส่วนสำเร็จรูป", usual)] if usual else [])]
        now = self.question.get("scale") or ""
        self._add(
            "scale", forms.ChoiceField(label="มาตราส่วน", choices=choices, required=False), "" if now == own else now
        )

    def _add_numbers(self) -> None:
        if self.kind == "number":
            self._add("min", ThaiDecimalField(label="น้อยที่สุด", required=False))
            self._add("max", ThaiDecimalField(label="มากที่สุด", required=False))
        if self.kind in ("number", "calc"):
            default = 2 if self.kind == "calc" else 0
            places = [(str(n), "จำนวนเต็ม" if n == 0 else f"{n} ตำแหน่ง") for n in range(7)]
            shown = forms.ChoiceField(label="ทศนิยม", choices=places, required=False)
            self._add("decimals", shown, str(self.question.get("decimals", default)))
            self._add("unit", ThaiCharField(label="หน่วย", required=False, max_length=50))
        if self.kind == "photo":  # evidence of a photo question is words only
            field = ThaiIntegerField(label="จำนวนภาพไม่เกิน", required=False, min_value=1, max_value=PHOTO_LIMIT)
            self._add("photos", field, self.question.get("photos", 4))
        if self.kind == "file":
            field = ThaiIntegerField(label="จำนวนไฟล์ไม่เกิน", required=False, min_value=1, max_value=FILE_LIMIT)
            self._add("files", field, self.question.get("files", 1))

    @property
    def steps(self) -> list[dict[str, Any]]:
        key = self.question.get("scale") or self.section.get("scale") or ""
        scale = self.draft.scales.get(key)
        values = scale.get("values") if isinstance(scale, dict) else None
        return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []

    def _add_levels(self) -> None:
        if "levels" not in self.has:
            return
        levels = self.question.get("levels") or {}
        for step in self.steps:
            label = f"{step.get('v')} {step.get('t', '')}"
            field = ThaiCharField(label=label, required=False, max_length=TEXTS, widget=area_of_text(1))
            self._add(f"level_{step.get('v')}", field, levels.get(str(step.get("v")), ""))

    def _add_evidence(self) -> None:
        self._check("with_exist", "ถาม “มี/ไม่มี” ก่อนให้คะแนน")
        self._check("with_evidence", "มีช่องบันทึกและแนบภาพ" if self.kind != "photo" else "มีช่องบันทึก")
        if "with_evidence" in self.has:
            label = ThaiCharField(label="ชื่อช่องหลักฐาน", required=False, max_length=200)
            label.widget.attrs["placeholder"] = "หลักฐาน/ร่องรอย"
            self._add("note_label", label)
        if "with_evidence" in self.has and self.kind != "photo":
            most = ThaiIntegerField(label="ภาพหลักฐานไม่เกิน", required=False, min_value=0, max_value=PHOTO_LIMIT)
            self._add("photos_of_evidence", most, self.question.get("photos", 4))

    def _add_rest(self) -> None:
        if "weight" in self.has:
            self._add("weight", ThaiDecimalField(label="น้ำหนักคะแนน", required=False, help_text="เว้นว่าง = 1"))
        if "max_length" in self.has:
            self._add(
                "max_length",
                ThaiIntegerField(label="ความยาวไม่เกิน (ตัวอักษร)", required=False, min_value=1, max_value=TEXT_LIMIT),
            )
        self._check("look", "แสดงเป็นเมนูให้เลือก (ดรอปดาวน์)")
        if "look" in self.has:
            self.fields["look"].initial = self.question.get("look") == "menu"
        if "correct" in self.has:
            own = [(str(c["v"]), c.get("t", "")) for c in self.question.get("choices") or () if isinstance(c, dict)]
            label = "คำตอบที่ถูก (เฉพาะข้อสอบ)"
            self._add("correct", forms.ChoiceField(label=label, choices=[("", "ไม่ใช่ข้อสอบ"), *own], required=False))
        if "filter" in self.has:
            self._add_cascade()

    def _add_cascade(self) -> None:
        found = _CASCADE.fullmatch(self.question.get("filter") or "")
        parents = [
            (question["key"], f"{question['key']} {question.get('text', '')[:60]}")
            for question in _before(self.draft, self.question["key"])
            if question.get("type") == "choice"
        ]
        shown = forms.ChoiceField(
            label="แสดงเฉพาะตัวเลือกที่ตรงกับคำตอบของข้อ", choices=[("", "แสดงทุกตัวเลือก"), *parents], required=False,
            help_text="แต่ละตัวเลือกต้องมีคุณสมบัติที่ตรงกับข้อนั้น ใส่ได้ในแบบตารางของตัวเลือก",
        )  # fmt: skip
        known = found is not None and found[2] in dict(parents)
        self._add("parent", shown, found[2] if found and known else "")
        custom = ConditionField("กำหนดตัวเลือกที่แสดงเอง", "ใช้ choice.คุณสมบัติ เทียบกับคำตอบ", "choice.province = A2")
        self._add("filter", custom, "" if known else self.question.get("filter", ""))

    # For the template

    @property
    def main(self) -> list[forms.BoundField]:
        return [self[name] for name in _MAIN if name in self.fields]

    @property
    def groups(self) -> list[Group]:
        made = []
        for name, title, names in _GROUPS:
            rubric = [each for each in self.fields if each.startswith("level_")]
            shown = [self[each] for each in (rubric if name == "levels" else names) if each in self.fields]
            if shown:
                says = any(self._says(field) for field in shown) or any(field.errors for field in shown)
                made.append(Group(name, title, shown, says))
        return made

    def _says(self, field: forms.BoundField) -> bool:
        if field.name in ("key", "photos_of_evidence"):
            return False
        value = field.value()
        return bool(value) and value not in ("False", "")

    @property
    def takes_sheet(self) -> bool:
        return "choices" in self.fields

    # What is typed

    def clean_key(self) -> str:
        return self.cleaned_data["key"] or self.question["key"]

    def clean_choices(self) -> list[Piece] | str:
        typed = self.cleaned_data["choices"]
        before = self.question.get("choices") or []
        taken = self.draft.published.values.get(self.question["key"], frozenset())
        try:
            made = (lines.from_sheet if self.sheet or "\t" in typed else lines.choices)(typed, before, taken=taken)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if len(made) > CHOICE_LIMIT:
            raise ValidationError(
                f"มี {len(made):,} ตัวเลือก เกินกว่าที่ข้อหนึ่งรับได้ ({CHOICE_LIMIT:,} ตัวเลือก) ยังไม่ได้บันทึก "
                f"หากเป็นรายชื่อสถานศึกษาหรือบุคลากรโปรดเลือก “จากทะเบียน” หากเป็นรายการยาวให้ทำเป็นรายการกลาง (ไม่เกิน {LIST_LIMIT:,})"
            )
        return made

    def clean_rows(self) -> list[Piece]:
        taken = self.draft.published.values.get(self.question["key"], frozenset())
        made = lines.rows(self.cleaned_data["rows"], self.question.get("rows") or [], taken=taken)
        if len(made) > LINE_LIMIT:
            raise ValidationError(
                f"มี {len(made):,} รายการ เกินกว่าที่ตารางหนึ่งรับได้ ({LINE_LIMIT} รายการ) โปรดแบ่งเป็นหลายตาราง"
            )
        return made

    def clean_decimals(self) -> int:
        return int(self.cleaned_data["decimals"] or 0)

    def clean_weight(self) -> Decimal | None:
        weight = self.cleaned_data["weight"]
        if weight is not None and weight <= 0:
            raise ValidationError("น้ำหนักต้องมากกว่า 0")
        return weight

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        low, high = typed.get("min"), typed.get("max")
        if low is not None and high is not None and low > high:
            self.add_error("max", "ค่ามากที่สุดต้องไม่น้อยกว่าค่าน้อยที่สุด")
        return typed

    @property
    def values(self) -> dict[str, Any]:
        """Properties for ``Draft.change_question``; an empty one is taken away."""
        typed = self.cleaned_data
        made: dict[str, Any] = {"type": self.kind, "key": typed["key"]}
        for name in ("text", "hint", "unit", "show_when", "required_when", "must_hold", "must_message", "note_label",
                     "expr", "rows", "scale", "correct", "max_length", "files", "photos"):  # fmt: skip
            if name in typed:
                made[name] = typed[name]
        for name in ("min", "max", "weight"):
            if name in typed:
                made[name] = self._number(name, typed[name])
        for name in ("required", "allow_na", "with_exist", "with_evidence", "long"):
            if name in typed:
                made[name] = typed[name]
        if "decimals" in typed:
            made["decimals"] = typed["decimals"]
        if "look" in typed:
            made["look"] = "menu" if typed["look"] else ""
        if "photos_of_evidence" in typed:
            made["photos"] = typed["photos_of_evidence"]
        if "levels" in self.has:
            made["levels"] = self._levels()
        if "choices_from" in typed:
            made |= self._choices()
        return {name: value for name, value in made.items() if not self._goes_without_saying(name, value)}

    def _number(self, name: str, value: Decimal | None) -> Any:
        """As plain text; as it was where it is the same number."""
        before = self.question.get(name)
        if value is None:
            return ""
        same = (
            isinstance(before, int | str) and before != "" and str(before).replace(".", "", 1).lstrip("-").isdecimal()
        )
        return before if same and Decimal(str(before)) == value else f"{value.normalize():f}"

    def _goes_without_saying(self, name: str, value: Any) -> bool:
        defaults = {**_DEFAULTS, "decimals": 2 if self.kind == "calc" else 0}
        return name not in self.question and value == defaults.get(name, False)

    def _levels(self) -> dict[str, str]:
        """Those of the scale that is shown; of another scale only what is there already."""
        steps = {str(step.get("v")) for step in self.steps}
        kept = {step: text for step, text in (self.question.get("levels") or {}).items() if step not in steps}
        typed = {step: self.cleaned_data.get(f"level_{step}", "") for step in (str(s.get("v")) for s in self.steps)}
        return kept | {step: text for step, text in typed.items() if text}

    def _choices(self) -> dict[str, Any]:
        """Own choices are kept while a list or a register is used instead: the other way round they are back."""
        source = self.cleaned_data["choices_from"] or OWN
        made = {
            "list": source.removeprefix(FROM_LIST) if source.startswith(FROM_LIST) else "",
            "master": source.removeprefix(FROM_MASTER) if source.startswith(FROM_MASTER) else "",
            "choices": self.cleaned_data["choices"],
            "filter": self.cleaned_data["filter"],
        }
        if parent := self.cleaned_data["parent"]:
            made["filter"] = f"choice.{self._attribute(parent, made)} = {parent}"
        return made

    def _attribute(self, parent: str, made: Mapping[str, Any]) -> str:
        """The attribute of the choices that names the parent's answer: what the filter has now, or the only one."""
        found = _CASCADE.fullmatch(self.question.get("filter") or "")
        items = (self.draft.lists.get(made["list"]) or {}).get("items") if made["list"] else made["choices"]
        names = list(dict.fromkeys(name for item in items or () for name in (item.get("attrs") or {})))
        if found and found[2] == parent and (not names or found[1] in names):
            return found[1]
        return parent if parent in names or not names else names[0]


def _before(draft: Draft, key: str) -> Iterator[Piece]:
    for section in draft.sections:
        for question in section["questions"]:
            if question["key"] == key:
                return
            yield question
