from django.contrib import admin

from thai.admin import BuddhistDates
from thai.dates import date_and_time
from workflows.models import ApprovalRule, TransitionLog


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(admin.ModelAdmin):
    list_display = ["area", "kind", "place", "role", "label"]
    list_filter = ["area", "kind"]
    list_select_related = ["area"]


@admin.register(TransitionLog)
class TransitionLogAdmin(BuddhistDates, admin.ModelAdmin):
    """To be read only: the log is written by the moves themselves."""

    list_display = ["moment", "label", "by", "role_title", "content_type", "object_id"]
    list_filter = ["role"]
    list_select_related = ["by", "content_type"]
    search_fields = ["by__first_name", "by__last_name", "label"]
    fields = ["moment", "label", "by", "role_title", "position", "reason", "digest"]
    readonly_fields = ["moment", "role_title"]

    @admin.display(description="เมื่อ", ordering="at")
    def moment(self, log) -> str:
        return date_and_time(log.at)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
