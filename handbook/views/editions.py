"""Editions of the handbook: begun, compared with the one before, handed in and published, thrown away."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.http import Request
from handbook import services
from handbook.differences import differences
from handbook.editing import EditRefused
from handbook.flows import EDITORS
from handbook.forms.parts import BeginForm
from handbook.models import Edition
from handbook.queries import in_force_ids, standing, years_to_write
from handbook.views.reading import frame, visible_edition
from schools.models import AreaOffice
from workflows.views import answer_transition


@require_safe
def edition_list(request: Request) -> HttpResponse:
    """Every edition that the person may read, newest first, and where the next one is begun."""
    today = timezone.localdate()
    editions = list(Edition.objects.visible_to(request.user).for_list().select_related("based_on"))
    holding = in_force_ids({edition.area_id for edition in editions}, today)
    offices = AreaOffice.objects.filter(pk__in=request.user.areas_as(*EDITORS))
    context = {
        "rows": [(edition, standing(edition, holding, today)) for edition in editions],
        "begin": [(office, BeginForm(years=years_to_write(office, today))) for office in offices],
        "several": len({edition.area_id for edition in editions}) > 1,
    }
    return render(request, "handbook/edition_list.html", context)


@require_POST
def edition_begin(request: Request, area: int) -> HttpResponse:
    """Begin the edition of a year, or go on with the one that is being written."""
    office = get_object_or_404(AreaOffice.objects.visible_to(request.user), pk=area)
    if not request.user.has_perm("handbook.change_edition", office):
        raise PermissionDenied("ผู้จัดทำคู่มือได้คือศึกษานิเทศก์ หัวหน้ากลุ่มงาน และผู้อำนวยการกลุ่มนิเทศฯ ของเขต")
    form = BeginForm(request.POST, years=years_to_write(office, timezone.localdate()))
    if not form.is_valid():
        messages.error(request, "เริ่มฉบับของปีที่เลือกไม่ได้ อาจมีผู้อื่นเริ่มไว้แล้ว โปรดเปิดฉบับร่างในรายการด้านล่าง")
        return redirect("handbook:edition-list")
    begun, is_new = services.begin_edition(office, fiscal_year=int(form.cleaned_data["fiscal_year"]), by=request.user)
    messages.success(request, f"เริ่ม{begun}แล้ว แก้ไขได้ทีละส่วน" if is_new else f"{begun}มีผู้เริ่มไว้แล้ว ท่านแก้ไขต่อได้")
    return redirect("handbook:edit", begun.pk)


@require_safe
def changes(request: Request, pk: int) -> HttpResponse:
    """What differs from the edition that this one was made from."""
    edition = visible_edition(request, pk)
    base = edition.based_on
    found = differences(base.content, edition.content) if base else None
    return render(request, "handbook/changes.html", frame(request, edition) | {"base": base, "found": found})


@require_POST
def edition_transition(request: Request, pk: int, name: str) -> HttpResponse:
    return answer_transition(request, visible_edition(request, pk), name)


@require_POST
def edition_discard(request: Request, pk: int) -> HttpResponse:
    edition = visible_edition(request, pk)
    if not request.user.has_perm("handbook.change_edition", edition):
        raise PermissionDenied("ผู้ลบฉบับร่างได้คือศึกษานิเทศก์ หัวหน้ากลุ่มงาน และผู้อำนวยการกลุ่มนิเทศฯ ของเขต")
    try:
        services.discard(edition, by=request.user)
    except EditRefused as error:
        messages.error(request, str(error))
        return redirect(edition)
    messages.success(request, f"ลบฉบับร่างของ{edition}แล้ว")
    return redirect("handbook:edition-list")
