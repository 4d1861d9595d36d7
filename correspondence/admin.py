"""The registers in the admin: to be looked at, never to be changed."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import Http404
from simple_history.admin import SimpleHistoryAdmin

from correspondence.models import Entry, LetterCode, Paper, Register
from thai.admin import ReadOnly


class Open(ReadOnly, SimpleHistoryAdmin):
    """What is secret is not here, nor what it said before: administrators keep accounts, not letters."""

    def get_queryset(self, request):
        return super().get_queryset(request).filter(secrecy="")

    def history_view(self, request, object_id, extra_context=None):
        self._require_open(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        self._require_open(request, object_id)
        return super().history_form_view(request, object_id, version_id, extra_context)

    def _require_open(self, request, object_id: str) -> None:
        """The history asks the log alone, so the record is asked for here."""
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404


@admin.register(Register)
class RegisterAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["area", "kind", "year", "last"]
    list_filter = ["area", "kind"]
    list_select_related = ["area"]


@admin.register(Entry)
class EntryAdmin(Open):
    list_display = ["full_number", "register", "day", "subject", "cancelled_at"]
    list_filter = ["register__kind", "register__area"]
    list_select_related = ["register"]
    search_fields = ["subject", "ref"]

    @admin.display(description="เลขทะเบียน", ordering="number")
    def full_number(self, entry) -> str:
        return entry.full_number


@admin.register(Paper)
class PaperAdmin(Open):
    list_display = ["subject", "kind", "number", "area", "made_by", "state_label"]
    list_filter = ["kind", "area"]
    list_select_related = ["area", "made_by"]
    search_fields = ["subject", "number"]

    @admin.display(description="สถานะ", ordering="state")
    def state_label(self, paper) -> str:
        return paper.state_label


@admin.register(LetterCode)
class LetterCodeAdmin(admin.ModelAdmin):
    list_display = ["area", "code"]
    list_select_related = ["area"]
