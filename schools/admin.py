"""The register in the Django admin: with history, import and export, and a kind word where deleting is refused."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from import_export.admin import ExportMixin, ImportExportMixin
from import_export.formats import base_formats
from simple_history.admin import SimpleHistoryAdmin

from schools.exports import AreaExport, EnrolmentExport, ExamResultExport, SchoolExport
from schools.models import AcademicYear, AreaOffice, Enrolment, ExamResult, ImportJob, ImportKind, School, SchoolGroup
from schools.queries import with_pupils
from thai.admin import BuddhistDates, ReadOnly
from thai.dates import date_and_time, date_range


class KeptWhenInUse(admin.ModelAdmin):
    """Master data that records point to is not deleted: the refusal says what to do instead."""

    instead = "ข้อมูลนี้มีรายการอื่นอ้างถึงอยู่ จึงลบไม่ได้"

    def delete_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, object_id)
        if obj is not None and self.has_delete_permission(request, obj):
            protected = self.get_deleted_objects([obj], request)[3]
            if protected:
                self.message_user(request, f"ลบ “{obj}” ไม่ได้ {self.instead}", messages.ERROR)
                return HttpResponseRedirect(
                    reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])
                )
        return super().delete_view(request, object_id, extra_context)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # one at a time, so that each refusal is read
        return actions


class ExportedAsWorkbook(ExportMixin):
    """One press gives the list as it is filtered, as XLSX under Thai headings."""

    formats = [base_formats.XLSX]
    skip_export_form = True


class ImportedOnOurPage(ExportedAsWorkbook, ImportExportMixin):
    """Import in the admin opens the product's own page: it shows each row in Thai and lets the good ones pass."""

    import_kind = ""

    def import_action(self, request, **kwargs):
        return redirect(f"{reverse('schools:import-new')}?kind={self.import_kind}")

    def process_import(self, request, **kwargs):
        return redirect("schools:import-list")


@admin.register(AreaOffice)
class AreaOfficeAdmin(KeptWhenInUse, ExportedAsWorkbook, SimpleHistoryAdmin):
    resource_classes = [AreaExport]
    list_display = ["code", "short_name", "name", "phone"]
    list_display_links = ["code", "short_name"]
    search_fields = ["code", "name", "short_name"]
    instead = "เพราะมีโรงเรียน ผู้ใช้ หรือผลงานของเขตนี้อยู่ในระบบ"


@admin.register(SchoolGroup)
class SchoolGroupAdmin(KeptWhenInUse, SimpleHistoryAdmin):
    list_display = ["name", "area"]
    list_filter = [("area", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["area"]
    search_fields = ["name"]
    instead = "เพราะยังมีโรงเรียนอยู่ในกลุ่มนี้ โปรดย้ายโรงเรียนไปกลุ่มอื่นก่อน"


@admin.register(School)
class SchoolAdmin(BuddhistDates, KeptWhenInUse, ImportedOnOurPage, SimpleHistoryAdmin):
    resource_classes = [SchoolExport]
    import_kind = ImportKind.SCHOOLS
    list_display = ["name", "obec_code", "area", "group", "district", "status_label"]
    list_filter = [("area", admin.RelatedOnlyFieldListFilter), "province"]
    list_select_related = ["area", "group"]
    search_fields = ["name", "obec_code", "smis_code", "district"]
    autocomplete_fields = ["area", "group", "merged_into"]
    instead = "เพราะมีผลการนิเทศ จำนวนนักเรียน ผลการทดสอบ หรือผู้ใช้อ้างถึงโรงเรียนนี้ หากโรงเรียนไม่ได้เปิดสอนแล้ว โปรดบันทึกการยุบเลิกหรือรวมโรงเรียนแทน"

    def get_export_queryset(self, request):
        return with_pupils(super().get_export_queryset(request)).select_related("area", "group", "merged_into")

    @admin.display(description="สถานะ")
    def status_label(self, school):
        return school.status_label


@admin.register(Enrolment)
class EnrolmentAdmin(ImportedOnOurPage, SimpleHistoryAdmin):
    resource_classes = [EnrolmentExport]
    import_kind = ImportKind.ENROLMENT
    list_display = ["school", "academic_year", "grade", "male", "female", "rooms"]
    list_filter = ["academic_year", "grade", ("school__area", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["school"]
    search_fields = ["school__name", "school__obec_code"]
    autocomplete_fields = ["school"]


@admin.register(ExamResult)
class ExamResultAdmin(ImportedOnOurPage, SimpleHistoryAdmin):
    resource_classes = [ExamResultExport]
    import_kind = ImportKind.RESULTS
    list_display = ["of_whom", "academic_year", "exam", "grade", "subject", "state", "tested", "mean", "full_score"]
    list_filter = [
        "academic_year",
        "exam",
        "grade",
        "level",
        "state",
        ("school__area", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["school", "area"]
    search_fields = ["school__name", "school__obec_code"]
    autocomplete_fields = ["school", "area"]

    @admin.display(description="โรงเรียน/ระดับ")
    def of_whom(self, result):
        return result.of_whom


@admin.register(AcademicYear)
class AcademicYearAdmin(BuddhistDates, SimpleHistoryAdmin):
    list_display = ["year", "area", "semester1", "semester2", "ends_on"]
    list_filter = [("area", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["area"]

    @admin.display(description="ภาคเรียนที่ 1")
    def semester1(self, year):
        return date_range(year.semester1_start, year.semester1_end, style="short")

    @admin.display(description="ภาคเรียนที่ 2")
    def semester2(self, year):
        return date_range(year.semester2_start, year.semester2_end, style="short")


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnly, admin.ModelAdmin):
    """To be read only: what was brought in, by whom, with what result."""

    list_display = ["file_name", "kind", "area", "state", "uploaded_by", "uploaded", "created", "changed", "refused"]
    list_filter = ["kind", "state"]
    list_select_related = ["area", "uploaded_by"]
    fields = [
        "kind", "area", "file_name", "file_digest", "unused_columns", "created", "changed", "unchanged", "refused",
        "warned", "state", "uploaded_by", "uploaded", "decided_by", "decided",
    ]  # fmt: skip
    readonly_fields = ["uploaded", "decided"]

    @admin.display(description="อัปโหลดเมื่อ", ordering="uploaded_at")
    def uploaded(self, job) -> str:
        return date_and_time(job.uploaded_at, style="short")

    @admin.display(description="ยืนยันเมื่อ", ordering="decided_at")
    def decided(self, job) -> str:
        return date_and_time(job.decided_at, style="short") if job.decided_at else "-"

    def get_queryset(self, request):
        return super().get_queryset(request).defer("table", "report")
