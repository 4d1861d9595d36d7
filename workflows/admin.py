from django.contrib import admin

from workflows.models import ApprovalRule, TransitionLog


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(admin.ModelAdmin):
    list_display = ["area", "kind", "place", "role", "label"]
    list_filter = ["area", "kind"]


@admin.register(TransitionLog)
class TransitionLogAdmin(admin.ModelAdmin):
    """To be read only: the log is written by the moves themselves."""

    list_display = ["at", "label", "by", "role", "from_state", "to_state", "object_id"]
    list_filter = ["action", "role"]
    list_select_related = ["by"]
    date_hierarchy = "at"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
