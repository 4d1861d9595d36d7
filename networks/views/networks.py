"""Networks: the list, the page of one, and what it is."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.flows import SUPERVISION_STAFF, Role
from accounts.http import Request
from accounts.models import RoleAssignment
from documents.kinds import document_response
from networks.forms.networks import NetworkFilter, NetworkForm
from networks.models import Member, Network
from networks.queries.certificates import certificates_panel
from networks.queries.members import attach_members
from networks.queries.scores import network_panel
from networks.queries.yearly import NetworkYear, years_of
from networks.services.keeping import ChangedMeanwhileError, NetworkRefusedError, stamp
from networks.services.networks import FIELDS, create_network, update_network
from schools.models import AreaOffice, School

PER_PAGE = 30
MEMBERS_PER_PAGE = 100
REFUSED = 422


@require_safe
def network_list(request: Request) -> HttpResponse:
    """Networks that the person may see, with who leads them and how many belong to each today."""
    filters = NetworkFilter(request.GET)
    networks = filters.narrow(Network.objects.visible_to(request.user))
    page = Paginator(networks, PER_PAGE).get_page(request.GET.get("page"))
    attach_members(page.object_list)
    context = {
        "page": page,
        "filters": filters,
        "filtered": filters.narrowed or bool(filters.cleaned_data.get("q")),
        "may_create": request.user.holds(*SUPERVISION_STAFF),
    }
    return render(request, "networks/network_list.html", context)


@require_safe
def network_detail(request: Request, pk: int) -> HttpResponse:
    """One network: what it is, its members by role, its pairs and documents (schools one may open are links)."""
    network = get_object_or_404(Network.objects.visible_to(request.user).select_related("area"), pk=pk)
    user = request.user
    past = request.GET.get("show") == "past"
    current = network.members.current()
    shown = network.members.exclude(pk__in=current.values("pk")) if past else current
    members = shown.select_related("user", "school").order_by(*(["-left_on"] if past else []), "rank", "sort_key", "pk")
    page = Paginator(members, MEMBERS_PER_PAGE).get_page(request.GET.get("page"))
    pairs = list(network.pairs.select_related("elder", "younger"))
    (network,) = attach_members([network])
    context: dict[str, Any] = {
        "network": network,
        "page": page,
        "past": past,
        "gone": network.members.count() - current.count(),
        "keepers": RoleAssignment.objects.active()
        .filter(role=Role.NETWORK_LEAD, network=network)
        .select_related("user"),
        "pairs": pairs,
        "agreements": network.agreements.kept().select_related("by"),
        "open_to_me": _open_to(user, page, pairs),
        "may_manage": user.has_perm("networks.manage_network", network),
        "may_keep": user.has_perm("networks.keep_network", network),
    }
    # The other parts of a network add their context here, and their include to the template.
    context |= network_panel(network, user)
    context["certificates"] = certificates_panel(network, user)
    context["years"] = years_of(network)
    return render(request, "networks/network_detail.html", context)


@require_safe
def network_report(request: Request, pk: int) -> HttpResponse:
    """The report on a fiscal year (``?year=2569``), without one on the last in which something took place."""
    network = get_object_or_404(Network.objects.visible_to(request.user).select_related("area"), pk=pk)
    year = request.GET.get("year", "")
    known = year.isdecimal() and int(year[:4]) in years_of(network)
    asked = NetworkYear(network, int(year[:4])) if known else NetworkYear.last(network)
    return document_response(request, "network-report", asked)


def _open_to(user, members: Iterable[Member], pairs) -> set[int]:
    """Ids of the schools on the page that the person may open."""
    named = {member.school_id for member in members} | {pk for pair in pairs for pk in (pair.elder_id, pair.younger_id)}
    return set(School.objects.visible_to(user).filter(pk__in=named - {None}).values_list("pk", flat=True))


@require_http_methods(["GET", "HEAD", "POST"])
def network_create(request: Request) -> HttpResponse:
    """A new network of the office one works for; who works for several says for which."""
    offices = list(AreaOffice.objects.filter(pk__in=request.user.areas_as(*SUPERVISION_STAFF)))
    if not offices:
        raise PermissionDenied
    asked = request.POST.get("area") or request.GET.get("area") or ""
    area = next((office for office in offices if str(office.pk) == asked), offices[0])
    form = NetworkForm(request.POST or None, area=area)
    if request.method == "POST" and form.is_valid():
        try:
            network = create_network(area, by=request.user, **form.values)
        except NetworkRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "เพิ่มเครือข่ายแล้ว ต่อไปโปรดเพิ่มสมาชิก เริ่มจากประธานและผู้ประสานงาน")
            return redirect(network)
    context = {"form": form, "area": area, "offices": offices if len(offices) > 1 else []}
    return render(request, "networks/network_form.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def network_edit(request: Request, pk: int) -> HttpResponse:
    network = get_object_or_404(Network.objects.visible_to(request.user).select_related("area"), pk=pk)
    if not request.user.has_perm("networks.manage_network", network):
        raise PermissionDenied
    title = str(network)
    form = NetworkForm(request.POST or None, instance=network, area=network.area)
    if request.method == "POST" and form.is_valid():
        try:
            saved = update_network(network, by=request.user, seen=form.cleaned_data["seen"], **form.values)
        except NetworkRefusedError as error:
            refuse(form, error, FIELDS)
        else:
            messages.success(request, "บันทึกข้อมูลเครือข่ายแล้ว")
            return redirect(saved)
    context = {"form": form, "area": network.area, "network": network, "title": title}
    return render(request, "networks/network_form.html", context, status=status_of(form))


def refuse(form, error: NetworkRefusedError, fields: tuple[str, ...] = ()) -> None:
    """Say it in the form, where what was typed stays. After another's change, saving once more is meant."""
    form.add_error(None, str(error))
    if isinstance(error, ChangedMeanwhileError):
        form.data = form.data.copy()
        form.data["seen"] = stamp(error.current, fields)


def status_of(form) -> int:
    return REFUSED if form.is_bound and form.errors else 200
