"""What admins share: dates are typed and shown in พ.ศ. as everywhere else; most records are only looked at."""

from collections.abc import Callable

from django.contrib import admin
from django.db import models

from thai.dates import date_and_time, short_date
from thai.fields import ThaiDateField, ThaiDateInput


def _shown(field: models.DateField) -> Callable:
    """A column of the list that says the field's day in พ.ศ."""

    @admin.display(description=field.verbose_name, ordering=field.name, empty_value="-")
    def column(obj) -> str | None:
        value = getattr(obj, field.name)
        if value is None:
            return None
        return date_and_time(value, style="short") if isinstance(field, models.DateTimeField) else short_date(value)

    return column


class BuddhistDates:
    """Mix into a ModelAdmin or an inline: date fields take what `ThaiDateField` takes, lists show พ.ศ."""

    formfield_overrides = {models.DateField: {"form_class": ThaiDateField, "widget": ThaiDateInput}}

    def get_list_display(self, request):
        dates = {field.name: field for field in self.model._meta.fields if isinstance(field, models.DateField)}
        return [_shown(dates[name]) if name in dates else name for name in super().get_list_display(request)]


class ReadOnly(BuddhistDates):
    """Nobody adds, changes or deletes here, the superuser included."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
