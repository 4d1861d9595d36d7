"""A person's switches, as clean values; saving is the services'."""

from django import forms

from accounts.forms import Plain
from reminders.models import Preference

AHEAD_CHOICES = [(1, "1 วันก่อนครบกำหนด"), (3, "3 วันก่อนครบกำหนด"), (7, "7 วันก่อนครบกำหนด"), (14, "14 วันก่อนครบกำหนด")]


class PreferenceForm(Plain, forms.ModelForm):
    days_ahead = forms.TypedChoiceField(label="เริ่มเตือน", choices=AHEAD_CHOICES, coerce=int)

    class Meta:
        model = Preference
        fields = ["email", "line", "days_ahead"]
