from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from networks.models import Network, NetworkSchool
from thai.admin import BuddhistDates


class NetworkSchoolInline(BuddhistDates, admin.TabularInline):
    model = NetworkSchool
    extra = 0
    autocomplete_fields = ["school"]


@admin.register(Network)
class NetworkAdmin(BuddhistDates, SimpleHistoryAdmin):
    list_display = ["name", "kind", "area", "started_on", "ended_on"]
    list_filter = ["kind", "area"]
    list_select_related = ["area"]
    search_fields = ["name"]
    inlines = [NetworkSchoolInline]
