"""Reminders in the admin: the outbox to be read, and who has linked which LINE account (to be taken away, never made)."""

from django.contrib import admin

from reminders.models import LineLink, Message, Preference
from thai.admin import BuddhistDates


class ReadOnly(BuddhistDates, admin.ModelAdmin):
    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ["day", "user", "channel", "status", "tries", "reason"]
    list_filter = ["status", "channel"]
    search_fields = ["user__first_name", "user__last_name", "user__username"]
    list_select_related = ["user"]
    fields = ["user", "channel", "day", "status", "subject", "reason", "tries", "try_at", "sent_at"]

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(LineLink)
class LineLinkAdmin(ReadOnly):
    list_display = ["user", "linked_at"]
    search_fields = ["user__first_name", "user__last_name", "user__username"]
    list_select_related = ["user"]
    fields = ["user", "linked_at"]


@admin.register(Preference)
class PreferenceAdmin(ReadOnly):
    list_display = ["user", "email", "line", "days_ahead"]
    search_fields = ["user__first_name", "user__last_name", "user__username"]
    list_select_related = ["user"]
