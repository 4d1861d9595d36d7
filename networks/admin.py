from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from networks.models import Network, NetworkSchool


class NetworkSchoolInline(admin.TabularInline):
    model = NetworkSchool
    extra = 0
    autocomplete_fields = ["school"]


@admin.register(Network)
class NetworkAdmin(SimpleHistoryAdmin):
    list_display = ["name", "kind", "area", "started_on", "ended_on"]
    list_filter = ["kind", "area"]
    search_fields = ["name"]
    inlines = [NetworkSchoolInline]
