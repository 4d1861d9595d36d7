"""Instruments in the admin: metadata may be edited; versions, answers and their log are to be read only."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from instruments.models import AnswerBatch, Attachment, Instrument, InstrumentVersion, Response
from thai.admin import ReadOnly


class AnswersAdmin(ReadOnly, admin.ModelAdmin):
    """Answers, without those that are sealed: they are for whoever gave them, whatever else a person may do."""

    response = ""

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(**{f"{self.response}collection__sealed": True})


@admin.register(Instrument)
class InstrumentAdmin(SimpleHistoryAdmin):
    list_display = ["code", "title", "area", "form_of", "respondent"]
    list_filter = ["area"]
    search_fields = ["code", "title"]

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(InstrumentVersion)
class InstrumentVersionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["instrument", "number", "state_label", "question_count", "published_at"]
    list_select_related = ["instrument"]

    @admin.display(description="สถานะ")
    def state_label(self, version):
        return version.state_label


@admin.register(Response)
class ResponseAdmin(AnswersAdmin):
    list_display = ["pk", "version", "area", "opened_by", "revision", "updated_at", "locked_at"]
    list_select_related = ["version__instrument", "area", "opened_by"]
    list_filter = ["area"]


@admin.register(AnswerBatch)
class AnswerBatchAdmin(AnswersAdmin):
    response = "response__"
    list_display = ["response", "revision", "by", "device", "received_at"]
    list_select_related = ["response", "by"]


@admin.register(Attachment)
class AttachmentAdmin(AnswersAdmin):
    response = "response__"
    list_display = ["pk", "response", "slot", "kind", "width", "height", "size", "uploaded_by", "at"]
    list_select_related = ["response", "uploaded_by"]
    fields = ["response", "slot", "kind", "sha256", "content_type", "width", "height", "size", "uploaded_by", "at"]
