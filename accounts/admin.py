from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from simple_history.admin import SimpleHistoryAdmin

from accounts.models import RoleAssignment, User
from thai.admin import BuddhistDates

admin.site.site_header = "นิเทศ · ผู้ดูแลระบบ"
admin.site.site_title = "นิเทศ"
admin.site.index_title = "ข้อมูลหลัก ผู้ใช้ และสิทธิ์"
admin.site.unregister(Group)


class AssignmentInline(BuddhistDates, admin.TabularInline):
    model = RoleAssignment
    extra = 0
    autocomplete_fields = ["school"]


@admin.register(User)
class NithetUserAdmin(BuddhistDates, SimpleHistoryAdmin, UserAdmin):
    list_display = ["username", "full_name", "position", "email", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "assignments__role"]
    search_fields = ["username", "first_name", "last_name", "email"]
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (
            "ข้อมูลบุคคล",
            {"fields": ("prefix", "first_name", "last_name", "position", "academic_standing", "email", "phone")},
        ),
        (
            "การเข้าใช้",
            {"fields": ("is_active", "is_staff")},
        ),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username",
                    "prefix",
                    "first_name",
                    "last_name",
                    "position",
                    "email",
                    "password1",
                    "password2",
                ),
            },
        ),
    )
    inlines = [AssignmentInline]

    @admin.display(description="ชื่อ–สกุล", ordering="first_name")
    def full_name(self, user):
        return user.get_full_name()

    def has_delete_permission(self, request, obj=None):
        # People's names stand in the records; an account that is no longer used is closed (is_active), not deleted.
        return False


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(BuddhistDates, SimpleHistoryAdmin):
    list_display = ["user", "role", "area", "school", "network", "starts_on", "ends_on", "acting"]
    list_filter = ["role", "acting", "area"]
    list_select_related = ["user", "area", "school", "network"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "school__name"]
    autocomplete_fields = ["user", "school"]
