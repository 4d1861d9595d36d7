"""School groups: the list, and the page on which a group is named and filled."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request
from schools.forms import GroupForm
from schools.models import AreaOffice, School, SchoolGroup
from schools.queries import revisions_of
from schools.services import RegisterError, delete_group, place_in_group, save_group


@require_safe
def group_list(request: Request) -> HttpResponse:
    groups = SchoolGroup.objects.visible_to(request.user).select_related("area").annotate(members=Count("schools"))
    managed = list(AreaOffice.objects.managed_by(request.user))
    context = {
        "groups": groups,
        "managed": managed,
        "managed_ids": {area.pk for area in managed},
        "ungrouped": School.objects.managed_by(request.user).open_on().filter(group__isnull=True).count(),
    }
    return render(request, "schools/group_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def group_new(request: Request, area_pk: int) -> HttpResponse:
    area = get_object_or_404(AreaOffice.objects.managed_by(request.user), pk=area_pk)
    return _group_page(request, GroupForm(request.POST or None, area=area), None)


@require_http_methods(["GET", "HEAD", "POST"])
def group_edit(request: Request, pk: int) -> HttpResponse:
    group = get_object_or_404(SchoolGroup.objects.managed_by(request.user).select_related("area"), pk=pk)
    return _group_page(request, GroupForm(request.POST or None, instance=group, area=group.area), group)


def _group_page(request: Request, form: GroupForm, group: SchoolGroup | None) -> HttpResponse:
    title = f"กลุ่ม{group.name}" if group else "เพิ่มกลุ่มโรงเรียน"
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                saved = save_group(form.instance, by=request.user)
                place_in_group(saved, form.cleaned_data["schools"], by=request.user)
        except (RegisterError, ValidationError) as error:
            form.add_error(None, str(error) if isinstance(error, RegisterError) else error)
        else:
            messages.success(request, f"บันทึกกลุ่ม{saved.name}แล้ว")
            return redirect("schools:group-list")
    context = {"form": form, "group": group, "title": title, "revisions": revisions_of(group) if group else []}
    return render(request, "schools/group_form.html", context, status=422 if form.errors else 200)


@require_POST
def group_delete(request: Request, pk: int) -> HttpResponse:
    group = get_object_or_404(SchoolGroup.objects.managed_by(request.user), pk=pk)
    try:
        delete_group(group, by=request.user)
    except RegisterError as error:
        messages.error(request, str(error))
        return redirect("schools:group-edit", pk=pk)
    messages.success(request, f"ลบกลุ่ม{group.name}แล้ว")
    return redirect("schools:group-list")
