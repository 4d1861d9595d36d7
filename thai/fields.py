"""Form fields that read what Thais type: พ.ศ. dates, Thai digits, thousands commas, text in normal form.

In a model form: ``field_classes = {"visited_on": ThaiDateField, "summary": ThaiCharField}``. A page that shows a date
field includes ``{{ form.media }}`` once (or the same two files in its base template).
"""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from thai.dates import FIRST_DATE, LAST_DATE, ThaiDateError, in_bangkok, long_date, parse_thai_date, short_date
from thai.dates import weekday_date as date_in_words
from thai.numerals import ThaiNumberError, parse_decimal, parse_integer
from thai.text import normalise, normalise_code


class ThaiDateInput(forms.DateInput):
    """A text input for a date, with a calendar beside it and the date said back below it (static/js/thai-date.js).

    Without JavaScript it is a plain text input; the server then says the date back when it shows the form again.
    """

    template_name = "thai/date_input.html"

    class Media:
        css = {"all": ("css/thai-date.css",)}
        js = (Script("js/thai-date.js", type="module"),)

    def __init__(self, attrs: dict[str, Any] | None = None, *, first: date | None = None, last: date | None = None):
        """``first`` and ``last`` bound what the calendar offers; the field is what refuses."""
        defaults = {"inputmode": "text", "autocomplete": "off", "spellcheck": "false", "placeholder": "เช่น 5/8/2569"}
        super().__init__(defaults | (attrs or {}))
        self.first, self.last = first, last

    def format_value(self, value: Any) -> str | None:
        """5 ส.ค. 2569 for a date; what a person typed stays as it was typed."""
        if isinstance(value, datetime):
            value = in_bangkok(value).date()
        return short_date(value) if isinstance(value, date) else super().format_value(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["in_words"] = _in_words(widget["value"])
        widget["first"] = self.first or FIRST_DATE
        widget["last"] = self.last or LAST_DATE
        # Bootstrap shows an error only after a sibling marked invalid, and crispy marks the input within us.
        widget["is_invalid"] = "is-invalid" in str(widget["attrs"].get("class", ""))
        if widget["attrs"].get("id"):
            widget["echo_id"] = f"{widget['attrs']['id']}_in_words"
            described = f"{widget['attrs'].get('aria-describedby') or ''} {widget['echo_id']}"
            widget["attrs"]["aria-describedby"] = described.strip()
        return context

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        # Through the project's templates, whichever FORM_RENDERER is set.
        return render_to_string(template_name, context)


def _in_words(typed: str | None) -> str:
    try:
        return date_in_words(parse_thai_date(typed or ""))
    except ThaiDateError:
        return ""


class ThaiDateField(forms.DateField):
    """Reads a date in every way `thai.dates.parse_thai_date` does and shows it in พ.ศ.

    ``first`` and ``last`` are the earliest and latest date accepted. Each refusal is the sentence of the parser.
    """

    widget = ThaiDateInput
    default_error_messages = {
        "required": "โปรดระบุวันที่ เช่น 5/8/2569",
        "too_soon": "ต้องเป็นวันที่ %(day)s หรือหลังจากนั้น",
        "too_far": "ต้องเป็นวันที่ %(day)s หรือก่อนหน้านั้น",
    }

    def __init__(self, *, first: date | None = None, last: date | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.first, self.last = first, last
        if isinstance(self.widget, ThaiDateInput):
            self.widget.first, self.widget.last = first, last

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, datetime):
            return in_bangkok(value).date()
        if isinstance(value, date):
            return value
        try:
            return parse_thai_date(str(value))
        except ThaiDateError as error:
            raise ValidationError(str(error), code=error.code) from error

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and self.first and value < self.first:
            raise ValidationError(
                self.error_messages["too_soon"], code="too_soon", params={"day": long_date(self.first)}
            )
        if value and self.last and value > self.last:
            raise ValidationError(self.error_messages["too_far"], code="too_far", params={"day": long_date(self.last)})


class _NumberInput(forms.TextInput):
    """A text input, because type=number refuses Thai digits and commas; phones still show their number pad."""

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__({"inputmode": "decimal", "autocomplete": "off"} | (attrs or {}))


class ThaiIntegerField(forms.IntegerField):
    """A whole number in Thai or Arabic digits, with or without thousands commas."""

    widget = _NumberInput
    default_error_messages = {"required": "โปรดระบุจำนวน"}

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return parse_integer(str(value))
        except ThaiNumberError as error:
            raise ValidationError(str(error), code="invalid") from error

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "numeric"}


class ThaiDecimalField(forms.DecimalField):
    """A number with decimals in Thai or Arabic digits, with or without thousands commas."""

    widget = _NumberInput
    default_error_messages = {"required": "โปรดระบุจำนวน"}

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return parse_decimal(str(value))
        except ThaiNumberError as error:
            raise ValidationError(str(error), code="invalid") from error


class ThaiCharField(forms.CharField):
    """Text in the normal form of `thai.text.normalise`; several lines where the widget is a text area."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        if value in self.empty_values:
            return value
        text = normalise(str(value), multiline=isinstance(self.widget, forms.Textarea))
        return text or self.empty_value


class ThaiCodeField(forms.CharField):
    """A code or telephone number: Arabic digits, no spaces."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value if value in self.empty_values else normalise_code(str(value)) or self.empty_value
