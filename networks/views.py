"""The directory of networks."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.flows import Role
from accounts.http import Request
from accounts.models import RoleAssignment
from networks.models import Kind, Network
from schools.models import School
from thai.text import normalise


@require_safe
def network_list(request: Request) -> HttpResponse:
    """Networks that the person may see, by name and kind, with how many schools belong to each today."""
    today = timezone.localdate()
    current = Q(memberships__joined_on__lte=today) & (
        Q(memberships__left_on__isnull=True) | Q(memberships__left_on__gte=today)
    )
    # The order is named, because Django drops a model's own order where it groups.
    networks = (
        Network.objects.visible_to(request.user)
        .annotate(schools=Count("memberships", filter=current))
        .order_by("sort_key", "pk")
    )
    query, kind = normalise(request.GET.get("q", "")), request.GET.get("kind", "")
    if query:
        networks = networks.filter(name__icontains=query)
    if kind in Kind.values:
        networks = networks.filter(kind=kind)
    page = Paginator(networks, 30).get_page(request.GET.get("page"))
    return render(
        request, "networks/network_list.html", {"page": page, "q": query, "kind": kind, "kinds": Kind.choices}
    )


@require_safe
def network_detail(request: Request, pk: int) -> HttpResponse:
    """One network: purpose, leads of today, member schools (those the person may open are links)."""
    network = get_object_or_404(Network.objects.visible_to(request.user).select_related("area"), pk=pk)
    memberships = network.memberships.current().select_related("school", "school__group")
    leads = RoleAssignment.objects.active().filter(role=Role.NETWORK_LEAD, network=network).select_related("user")
    open_to_me = set(
        School.objects.visible_to(request.user)
        .filter(pk__in=memberships.values("school_id"))
        .values_list("pk", flat=True)
    )
    return render(
        request,
        "networks/network_detail.html",
        {"network": network, "memberships": memberships, "leads": leads, "open_to_me": open_to_me},
    )
