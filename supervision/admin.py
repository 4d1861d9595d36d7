"""Plans, visits and recommendations in the admin: to be looked at with their history, never to be changed.

Their states move only through ``workflows.services.perform``, and what was signed stays as it was signed.
"""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from supervision.models import Plan, PlanItem, Recommendation, Visit, VisitMember
from thai.admin import ReadOnly


class PlanItemInline(ReadOnly, admin.TabularInline):
    model = PlanItem
    fields = ["starts_on", "ends_on", "school", "purpose", "lead"]
    extra = 0


class VisitMemberInline(ReadOnly, admin.TabularInline):
    model = VisitMember
    fields = ["user", "is_lead"]
    extra = 0


@admin.register(Plan)
class PlanAdmin(ReadOnly, SimpleHistoryAdmin):
    list_display = ["title", "area", "period_label", "owner", "state_label"]
    list_filter = ["area", "year"]
    list_select_related = ["area", "owner"]
    search_fields = ["title", "owner__first_name", "owner__last_name"]
    inlines = [PlanItemInline]

    @admin.display(description="สถานะ", ordering="state")
    def state_label(self, plan) -> str:
        return plan.state_label

    @admin.display(description="ช่วงของแผน", ordering="year")
    def period_label(self, plan) -> str:
        return plan.period_label


@admin.register(Visit)
class VisitAdmin(ReadOnly, SimpleHistoryAdmin):
    list_display = ["record_code", "school", "area", "starts_on", "state_label"]
    list_filter = ["area", "fiscal_year"]
    list_select_related = ["area", "school"]
    search_fields = ["school__name", "purpose"]
    date_hierarchy = "starts_on"
    inlines = [VisitMemberInline]

    @admin.display(description="สถานะ", ordering="state")
    def state_label(self, visit) -> str:
        return visit.state_label

    @admin.display(description="รหัสบันทึก", ordering="pk")
    def record_code(self, visit) -> str:
        return visit.record_code


@admin.register(Recommendation)
class RecommendationAdmin(ReadOnly, SimpleHistoryAdmin):
    list_display = ["text", "school", "area", "due_on", "state_label"]
    list_filter = ["area"]
    list_select_related = ["area", "school"]
    search_fields = ["text", "school__name"]

    @admin.display(description="สถานะ", ordering="state")
    def state_label(self, recommendation) -> str:
        return recommendation.state_label
