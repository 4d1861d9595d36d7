"""What every form of the builder has in common: how its fields look and what is said of a wrong one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

TEXTS = 2000


def area_of_text(rows: int = 2, **attrs: Any) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "class": "form-control", **attrs})


class ConditionField(forms.CharField):
    """A condition or a calculation. A wrong one is kept as it was written and listed among what is to be mended."""

    def __init__(self, label: str, help_text: str = "", example: str = "") -> None:
        widget = forms.Textarea(
            {
                "rows": 1,
                "class": "form-control b-logic",
                "spellcheck": "false",
                "autocapitalize": "off",
                "placeholder": example,
            }
        )
        super().__init__(label=label, required=False, help_text=help_text, widget=widget, strip=True, max_length=2000)


@dataclass(frozen=True)
class Group:
    """Fields that belong together; ``open`` where one of them says something."""

    name: str
    title: str
    fields: Sequence[forms.BoundField]
    open: bool = False


_CSS: dict[type, str] = {
    forms.CheckboxInput: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
    forms.Select: "form-select",
}


class BuilderForm(forms.Form):
    """Fields with our classes. ``values`` is what the definition is given; unchanged defaults stay unsaid."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "f-%s")
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def __getitem__(self, name: str) -> forms.BoundField:
        """Dressed as it is shown: only then is known what is wrong with it."""
        bound = super().__getitem__(name)
        attrs = bound.field.widget.attrs
        attrs.setdefault("class", _CSS.get(type(bound.field.widget), "form-control"))
        said = [f"f-{name}-help"] if bound.field.help_text else []
        if self.is_bound and name in self.errors:
            attrs["aria-invalid"] = "true"
            if "is-invalid" not in attrs["class"]:
                attrs["class"] += " is-invalid"
            said.append(f"f-{name}-error")
        if said:
            attrs["aria-describedby"] = " ".join(said)
        return bound


def offer_areas(field: Any, areas) -> None:
    """The offices for which a person writes forms; nobody is asked who writes for one."""
    field.queryset, field.initial = areas, areas.first()
    if areas.count() == 1:
        field.widget = forms.HiddenInput()
