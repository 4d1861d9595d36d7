from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from networks.models import Agreement, Member, Network, Pair
from thai.admin import BuddhistDates, ReadOnly


class Shown(ReadOnly, admin.TabularInline):
    """Shown and not changed: terms give rights and may not overlap, which only the services look after."""

    extra = 0


class MemberInline(Shown):
    model = Member
    fields = ["kind", "user", "school", "name", "role", "joined_on", "left_on"]


class PairInline(Shown):
    model = Pair
    fields = ["elder", "younger", "purpose", "started_on", "ended_on"]


class AgreementInline(Shown):
    model = Agreement
    fields = ["kind", "number", "title", "dated_on", "by"]


@admin.register(Network)
class NetworkAdmin(BuddhistDates, SimpleHistoryAdmin):
    list_display = ["name", "kind", "level", "area", "started_on", "ended_on"]
    list_filter = ["kind", "level", "area"]
    list_select_related = ["area"]
    search_fields = ["name"]
    inlines = [MemberInline, PairInline, AgreementInline]
