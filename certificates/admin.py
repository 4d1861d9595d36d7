"""Certificates in the admin: to be looked at, never to be changed."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from certificates.models import Batch, Certificate, Register
from thai.admin import ReadOnly


@admin.register(Batch)
class BatchAdmin(ReadOnly, SimpleHistoryAdmin):
    list_display = ["title", "area", "kind", "issued_on", "made_by", "state_label"]
    list_filter = ["area", "kind"]
    list_select_related = ["area", "made_by"]
    search_fields = ["title"]

    @admin.display(description="สถานะ", ordering="state")
    def state_label(self, batch) -> str:
        return batch.state_label


@admin.register(Certificate)
class CertificateAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["full_number", "name", "organisation", "batch", "issued_at", "revoked_at"]
    list_filter = ["batch__area"]
    list_select_related = ["batch", "register"]
    search_fields = ["name", "organisation"]

    @admin.display(description="เลขที่", ordering="number")
    def full_number(self, certificate) -> str:
        return certificate.full_number


@admin.register(Register)
class RegisterAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["area", "year", "last"]
    list_select_related = ["area"]
