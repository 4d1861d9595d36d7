"""What people type about scales and about lists that several questions share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from builder import lines
from builder.editing import Piece
from builder.forms.base import BuilderForm, area_of_text
from builder.scales import band_sets_for, bands
from instruments.checking import LIST_LIMIT
from thai.fields import ThaiCharField, ThaiDecimalField, ThaiIntegerField
from thai.text import normalise


@dataclass(frozen=True)
class ScaleLine:
    value: str
    word: str
    least: str
    label: str


class ScaleForm(BuilderForm):
    """Title, steps and bands of a scale. Steps and bands are lines of four cells: v, t, min, label."""

    title = ThaiCharField(label="ชื่อมาตราส่วน", required=False, max_length=300)
    band_set = forms.ChoiceField(label="เกณฑ์แปลผล", required=False)
    dual = forms.BooleanField(label="ให้คะแนนสองด้าน (สภาพที่เป็นอยู่ และที่ควรจะเป็น)", required=False)
    holistic = forms.BooleanField(label="เป็นการตัดสินภาพรวม ไม่นำไปหาค่าเฉลี่ย", required=False)

    EMPTY_LINES = 2

    def __init__(self, data: Any = None, *, scale: Piece) -> None:
        self.scale = scale
        super().__init__(data, initial={name: scale.get(name) for name in ("title", "dual", "holistic")})
        sets = band_sets_for(len(scale.get("values") or ()))
        self.fields["band_set"].choices = [("", "ตามที่เขียนในตาราง"), *sets.items()]

    @property
    def lines(self) -> list[ScaleLine]:
        if self.is_bound:
            data: Any = self.data
            cells = [data.getlist(name) for name in ("v", "t", "min", "label")]
            return [ScaleLine(*row) for row in zip(*cells, strict=False)]
        values = [value for value in self.scale.get("values") or () if isinstance(value, dict)]
        found = [band for band in self.scale.get("bands") or () if isinstance(band, dict)]
        made = []
        for place in range(max(len(values), len(found)) + self.EMPTY_LINES):
            value = values[place] if place < len(values) else {}
            band = found[place] if place < len(found) else {}
            made.append(
                ScaleLine(
                    str(value.get("v", "")),
                    str(value.get("t", "")),
                    str(band.get("min", "")),
                    str(band.get("label", "")),
                )
            )
        return made

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        values: list[dict[str, Any]] = []
        found: list[dict[str, Any]] = []
        for place, line in enumerate(self.lines, start=1):
            number, word = normalise(line.value), normalise(line.word)
            if number or word:
                try:
                    values.append({"v": ThaiIntegerField(min_value=-99, max_value=999).clean(number), "t": word})
                except ValidationError as error:
                    self.add_error(None, f"แถวที่ {place}: คะแนน {' '.join(error.messages)}")
            least, label = normalise(line.least), normalise(line.label)
            if least or label:
                try:
                    lowest = ThaiDecimalField(decimal_places=2, max_digits=6).clean(least)
                    found.append({"min": f"{lowest:.2f}", "label": label})
                except ValidationError as error:
                    self.add_error(None, f"แถวที่ {place}: ค่าต่ำสุดของเกณฑ์ {' '.join(error.messages)}")
        if typed.get("band_set"):
            found = list(bands(typed["band_set"], [value["t"] for value in values]))
        typed["steps"], typed["bands"] = values, found
        return typed

    @property
    def values(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {
            "title": typed["title"],
            "values": typed["steps"],
            "bands": typed["bands"],
            "dual": typed["dual"] or "",
            "holistic": typed["holistic"] or "",
        }


class ListForm(BuilderForm):
    """A list of choices that several questions share."""

    title = ThaiCharField(label="ชื่อรายการ", required=False, max_length=300)
    items = forms.CharField(
        label="ตัวเลือก",
        required=False,
        strip=False,
        widget=area_of_text(14, **{"class": "form-control b-lines"}),
        help_text="บรรทัดละหนึ่งตัวเลือก หรือวางตารางจาก Excel โดยบรรทัดแรกเป็นหัวคอลัมน์ ค่า ข้อความ และคุณสมบัติที่ใช้กรอง เช่น province",
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, shared: Piece, taken: frozenset[str] = frozenset()
    ) -> None:
        """``taken``: values that a published version gave away."""
        self.shared, self.taken = shared, taken
        kept = [item for item in shared.get("items") or () if isinstance(item, dict)]
        plain = all(str(item.get("v")) == str(n) and not item.get("attrs") for n, item in enumerate(kept, start=1))
        typed = lines.joined(kept) if plain else lines.sheet(kept)
        super().__init__(data, initial={"title": shared.get("title", ""), "items": typed})

    def clean_items(self) -> list[Piece]:
        try:
            made = lines.from_sheet(self.cleaned_data["items"], self.shared.get("items") or [], taken=self.taken)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if len(made) > LIST_LIMIT:
            raise ValidationError(
                f"มี {len(made):,} ตัวเลือก เกินกว่าที่รายการหนึ่งรับได้ ({LIST_LIMIT:,} ตัวเลือก) ยังไม่ได้บันทึก "
                "หากเป็นรายชื่อสถานศึกษาหรือบุคลากร โปรดใช้ตัวเลือก “จากทะเบียน” ในข้อคำถามแทน"
            )
        return made

    @property
    def values(self) -> dict[str, Any]:
        return {"title": self.cleaned_data["title"], "items": self.cleaned_data["items"]}
