"""ทำเนียบเครือข่าย: as a page, as PDF, as a workbook."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import Request
from documents.kinds import document_response
from networks.forms.networks import NetworkFilter
from networks.models import Kind, Level, Network
from networks.queries.directory import Directory, attach_everybody, in_directory_order
from networks.resources.directory import CONTENT_TYPE, directory_as_workbook
from schools.models import AreaOffice

PER_PAGE = 20
PRINTED = 200
"""Networks that one PDF takes; beyond that it would be longer than anybody prints, and slow to make."""


def _chosen(request: Request):
    filters = NetworkFilter(request.GET, standing=False)
    return filters, in_directory_order(filters.narrow(Network.objects.visible_to(request.user)))


@require_safe
def directory(request: Request) -> HttpResponse:
    filters, networks = _chosen(request)
    page = Paginator(networks, PER_PAGE).get_page(request.GET.get("page"))
    attach_everybody(page.object_list)
    context = {
        "page": page,
        "filters": filters,
        "filtered": filters.narrowed or bool(filters.cleaned_data.get("q")),
        "query": request.GET.urlencode(),
    }
    return render(request, "networks/directory.html", context)


@require_safe
def directory_pdf(request: Request) -> HttpResponse:
    """What the page shows, all of it. Who sees several areas prints the one of the first network."""
    filters, networks = _chosen(request)
    first = networks.first()
    if first is None:
        messages.error(request, "ไม่มีเครือข่ายที่จะพิมพ์ตามเงื่อนไขที่เลือก โปรดเลือกใหม่")
        return redirect("networks:directory")
    networks = networks.filter(area=first.area_id)
    count = networks.count()
    if count > PRINTED:
        messages.error(
            request,
            f"ทำเนียบที่เลือกมี {count:,} เครือข่าย พิมพ์เป็น PDF ได้ครั้งละไม่เกิน {PRINTED} เครือข่าย โปรดเลือกรูปแบบหรือระดับ "
            "หรือดาวน์โหลดเป็น Excel แทน",
        )
        return redirect(f"{request.path.removesuffix('pdf/')}?{request.GET.urlencode()}")
    asked = filters.cleaned_data
    parts = [
        f"เครือข่ายรูปแบบ{Kind(asked['kind']).label}" if asked.get("kind") else "",
        f"ระดับ{Level(asked['level']).label}" if asked.get("level") else "",
        f"ชื่อมีคำว่า “{asked['q']}”" if asked.get("q") else "",
    ]
    area = AreaOffice.objects.get(pk=first.area_id)
    printed = Directory(area, tuple(networks), " ".join(part for part in parts if part))
    return document_response(request, "network-directory", printed)


@require_safe
def directory_xlsx(request: Request) -> HttpResponse:
    _, networks = _chosen(request)
    name = f"networks-{timezone.localdate():%Y%m%d}.xlsx"
    return HttpResponse(
        directory_as_workbook(networks),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
