"""Forms of a step that keep a small list of rows beside single fields; rows are added and removed without JavaScript.

Every row has a key of its own that outlives its place and its words, so that other steps can point to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms

from cycles.forms import StepForm
from cycles.services.plans import new_row_key
from thai.fields import ThaiDateField, ThaiIntegerField


@dataclass(frozen=True)
class RowSet:
    """A list that the step's content keeps under ``name``: [{"key": …, field: value, …}, …], in the order of the office.

    A row exists where its ``lead`` field is filled. ``fields(form)`` answers fresh fields by name for one row.
    """

    name: str
    legend: str
    one: str
    """What one row is called; its number follows."""
    lead: str
    fields: Callable[[Any], Mapping[str, forms.Field]]
    spare: int = 2
    """Empty rows offered below those that are there."""
    most: int = 12
    ordered: bool = True
    """Whether each row says its place."""


class RowsForm(StepForm):
    """A step's form with lists of rows. ``order`` names single fields and lists as they stand on the page."""

    row_sets: tuple[RowSet, ...] = ()
    order: tuple[str, ...] = ()

    def __init__(self, *args, step, **kwargs):
        super().__init__(*args, step=step, **kwargs)
        self.places: dict[str, int] = {}
        for rows in self.row_sets:
            self._add_rows(rows)
        by_name = {rows.name: rows for rows in self.row_sets}
        self.helper.layout = Layout(
            *(self._fieldset(by_name[name]) if name in by_name else name for name in self.order or self.base_fields)
        )

    def _add_rows(self, rows: RowSet) -> None:
        kept = list((self.initial or {}).get(rows.name) or [])
        if self.is_bound:
            sent = str(self.data.get(f"{rows.name}-count", ""))[:3]
            count = min(int(sent), rows.most) if sent.isdecimal() else 0
        else:
            count = min(max(len(kept) + rows.spare, 1), rows.most)
        self.places[rows.name] = count
        self.fields[f"{rows.name}-count"] = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=str(count), max_length=3
        )
        for place in range(count):
            row = kept[place] if place < len(kept) else {}
            for name, field in self._row_fields(rows, place, there=bool(row) or self.is_bound).items():
                field.required = False
                field.initial = _shown(field, row.get(name)) if name != "place" else place + 1
                if isinstance(field.widget, forms.Textarea):
                    field.widget.attrs.setdefault("rows", 2)
                self.fields[f"{rows.name}-{place}-{name}"] = field

    def _row_fields(self, rows: RowSet, place: int, *, there: bool) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {
            "key": forms.CharField(required=False, widget=forms.HiddenInput, max_length=16),
            **rows.fields(self),
        }
        if rows.ordered:
            found["place"] = ThaiIntegerField(label="ลำดับที่", min_value=1, max_value=99)
        if there:
            found["remove"] = forms.BooleanField(label=f"นำ{rows.one}นี้ออก")
        return found

    def _fieldset(self, rows: RowSet) -> Fieldset:
        return Fieldset(
            rows.legend,
            f"{rows.name}-count",
            *(
                Fieldset(
                    f"{rows.one}ที่ {place + 1}",
                    *(name for name in self.fields if name.startswith(f"{rows.name}-{place}-")),
                    css_class="step-row",
                )
                for place in range(self.places[rows.name])
            ),
            css_id=f"id_{rows.name}",
            css_class="step-rows",
        )

    @classmethod
    def missing(cls, content: dict[str, Any]) -> list[tuple[str, str]]:
        labels = {name: str(field.label) for name, field in cls.base_fields.items()}
        labels |= {rows.name: rows.legend for rows in cls.row_sets}
        return [(name, labels[name]) for name in cls.needed if not content.get(name)]

    def clean(self):
        values = super().clean() or self.cleaned_data
        for rows in self.row_sets:
            values[rows.name] = self._rows_of(rows, values)
        return values

    def _rows_of(self, rows: RowSet, values: dict[str, Any]) -> list[dict[str, Any]]:
        found = []
        for place in range(self.places[rows.name]):
            start = f"{rows.name}-{place}-"
            row = {name.removeprefix(start): values.get(name) for name in self.fields if name.startswith(start)}
            key, order = row.pop("key", ""), row.pop("place", None)
            if row.pop("remove", False) or not any(row.values()):
                continue
            if not row.get(rows.lead) and f"{start}{rows.lead}" not in self.errors:
                label = self.fields[f"{start}{rows.lead}"].label
                self.add_error(f"{start}{rows.lead}", f"โปรดกรอก “{label}” หรือเลือกนำรายการนี้ออก")
                continue
            found.append((order or 99, place, {"key": key or new_row_key(), **row}))
        return [row for _, _, row in sorted(found, key=lambda one: one[:2])]

    def kept(self) -> dict[str, Any]:
        names = {*self.base_fields, *(rows.name for rows in self.row_sets)}
        return {name: value for name, value in self.cleaned_data.items() if name in names}


def _shown(field: forms.Field, value: Any) -> Any:
    """A kept value as the field takes it: days are kept as text."""
    if value and isinstance(field, ThaiDateField) and isinstance(value, str):
        return date.fromisoformat(value)
    return value
