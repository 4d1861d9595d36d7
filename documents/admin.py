"""The words and fonts of offices in the admin: to be looked at, with their history; they are changed on their own pages."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from documents.models import OfficeFont, Wording
from thai.admin import ReadOnly


@admin.register(Wording)
class WordingAdmin(ReadOnly, SimpleHistoryAdmin):
    list_display = ["kind", "key", "area"]
    list_filter = ["area", "kind"]
    list_select_related = ["area"]
    search_fields = ["text"]


@admin.register(OfficeFont)
class OfficeFontAdmin(ReadOnly, SimpleHistoryAdmin):
    list_display = ["name", "face", "area", "uploaded_by", "uploaded_at"]
    list_filter = ["area", "face"]
    list_select_related = ["area", "uploaded_by"]
    search_fields = ["name"]
