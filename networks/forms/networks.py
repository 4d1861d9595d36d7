"""What people type about a network, as clean values; saving is the services'."""

from typing import Any

from django import forms

from accounts.forms import Plain
from networks.models import EXAMPLES, STANDINGS, Kind, Level, Network
from networks.services.keeping import stamp
from networks.services.networks import FIELDS
from schools.models import AreaOffice
from thai.fields import ThaiCharField, ThaiDateField
from thai.text import search_key


class NetworkFilter(forms.Form):
    """What narrows the list and the directory; an unknown choice is as if it were not there."""

    q = ThaiCharField(
        label="ชื่อเครือข่าย", required=False, widget=forms.TextInput(attrs={"class": "form-control", "type": "search"})
    )
    kind = forms.ChoiceField(
        label="รูปแบบ", required=False, choices=[("", "ทุกรูปแบบ"), *Kind.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    level = forms.ChoiceField(
        label="ระดับ", required=False, choices=[("", "ทุกระดับ"), *Level.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    standing = forms.ChoiceField(
        label="สถานะ", required=False, choices=[("", "ทุกสถานะ"), *STANDINGS.items()],
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip

    def __init__(self, asked, *, standing: bool = True):
        super().__init__(asked)
        if not standing:
            del self.fields["standing"]
        self.is_valid()

    @property
    def narrowed(self) -> bool:
        """Whether more than the name was asked for."""
        return any(self.cleaned_data.get(name) for name in ("kind", "level", "standing"))

    def narrow(self, networks):
        asked = self.cleaned_data
        if asked.get("q"):
            for word in asked["q"].split()[:8]:
                networks = networks.filter(search_text__contains=search_key(word))
        for name in ("kind", "level"):
            if asked.get(name):
                networks = networks.filter(**{name: asked[name]})
        return networks.standing(asked["standing"]) if asked.get("standing") else networks


class NetworkForm(Plain, forms.ModelForm):
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Network
        fields = ["name", "kind", "level", "purpose", "description", "started_on", "ended_on"]
        field_classes = {
            "name": ThaiCharField, "purpose": ThaiCharField, "description": ThaiCharField,
            "started_on": ThaiDateField, "ended_on": ThaiDateField,
        }  # fmt: skip
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "description": forms.Textarea(attrs={"rows": 4}),
            "kind": forms.RadioSelect,
        }

    def __init__(self, *args, area: AreaOffice, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.area = area
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [(kind.value, f"{kind.label} เช่น {EXAMPLES[kind]}") for kind in Kind]
        fields["purpose"].required = True
        if self.instance.pk:
            self.initial["seen"] = stamp(self.instance, FIELDS)
            fields["ended_on"].help_text += " เมื่อระบุ วาระของสมาชิกและคู่พัฒนาที่ยังไม่สิ้นสุดจะสิ้นสุดพร้อมกัน"

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}
