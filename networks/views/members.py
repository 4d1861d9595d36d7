"""Who belongs to a network: take in (searching people and schools), write, end; pairs and documents."""

import uuid as uuids

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request, private_file
from instruments.files import FILE_BYTES, FileRefused
from networks.forms.members import AgreementForm, EndForm, MemberEditForm, MemberForm, PairForm, WhoForm
from networks.models import Agreement, Member, MemberKind, Network, Pair
from networks.queries.members import find_people, find_schools
from networks.services import members as services
from networks.services import pairs as pair_services
from networks.services.agreements import SHOWN, add_agreement, remove_agreement
from networks.services.keeping import NetworkRefusedError
from networks.views.networks import REFUSED, refuse, status_of
from schools.uploads import SizeLimit, upload_limited
from thai.text import normalise

MEMBERS, PAIRS, DOCUMENTS = "#members", "#pairs", "#documents"


def network_to_keep(request: Request, pk: int) -> Network:
    """The network, for whoever keeps it. 404 where the person does not see it, refused where the person only sees it."""
    network = get_object_or_404(Network.objects.visible_to(request.user).select_related("area"), pk=pk)
    if not request.user.has_perm("networks.keep_network", network):
        raise PermissionDenied
    return network


# -- Members -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def member_add(request: Request, pk: int) -> HttpResponse:
    """First of which kind, then who (found, or typed), then the role and the days; each step is an address."""
    network = network_to_keep(request, pk)
    asked = request.GET.get("kind", "")
    kind = asked if asked in MemberKind.values else MemberKind.PERSON.value
    who = WhoForm(request.GET, network=network)
    user = who.chosen("user") if kind == MemberKind.PERSON else None
    school = who.chosen("school") if kind == MemberKind.SCHOOL else None
    named = user is not None or school is not None
    searches = kind in {MemberKind.PERSON, MemberKind.SCHOOL} and not named and "typed" not in request.GET
    context = {"network": network, "kind": kind, "kinds": MemberKind.choices, "chosen": user or school}
    if searches and request.method != "POST":
        query = normalise(request.GET.get("q", ""))
        find = find_people if kind == MemberKind.PERSON else find_schools
        found = find(network.area_id, query) if query else []
        return render(request, "networks/member_find.html", context | {"q": query, "found": found})
    form = MemberForm(
        request.POST or None,
        network=network,
        kind=kind,
        user=user,
        school=school,
        may_appoint=request.user.has_perm("networks.manage_network", network),
    )
    if request.method == "POST" and form.is_valid():
        try:
            member = services.add_member(network, by=request.user, **form.values)
        except NetworkRefusedError as error:
            refuse(form, error)
        else:
            messages.success(request, f"เพิ่ม{member.shown_name}เป็น{member.get_role_display()}แล้ว")
            if "again" in request.POST:
                return redirect(f"{request.path}?kind={kind}")
            return redirect(f"{network.get_absolute_url()}{MEMBERS}")
    return render(request, "networks/member_form.html", context | {"form": form}, status=status_of(form))


def _member(request: Request, pk: int, member_pk: int) -> Member:
    network = network_to_keep(request, pk)
    member = get_object_or_404(network.members.select_related("user", "school"), pk=member_pk)
    member.network = network
    if member.leads and not request.user.has_perm("networks.manage_network", network):
        raise PermissionDenied
    return member


@require_http_methods(["GET", "HEAD", "POST"])
def member_edit(request: Request, pk: int, member_pk: int) -> HttpResponse:
    member = _member(request, pk, member_pk)
    form = MemberEditForm(request.POST or None, instance=member)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_member(member, by=request.user, seen=form.cleaned_data["seen"], **form.values)
        except NetworkRefusedError as error:
            refuse(form, error, services.FIELDS)
        else:
            messages.success(request, f"บันทึกข้อมูลของ{member.shown_name}แล้ว")
            return redirect(f"{member.network.get_absolute_url()}{MEMBERS}")
    recorded_today = timezone.localdate(member.created_at) == timezone.localdate()
    context = {"network": member.network, "member": member, "form": form, "may_remove": recorded_today}
    return render(request, "networks/member_form.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def member_end(request: Request, pk: int, member_pk: int) -> HttpResponse:
    member = _member(request, pk, member_pk)
    form = EndForm(request.POST or None, initial={"on": max(timezone.localdate(), member.joined_on)})
    if request.method == "POST" and form.is_valid():
        try:
            services.end_member(member, on=form.cleaned_data["on"], by=request.user)
        except NetworkRefusedError as error:
            refuse(form, error)
        else:
            messages.success(request, f"บันทึกวันสิ้นสุดวาระของ{member.shown_name}แล้ว ประวัติยังอยู่ในรายการวาระที่สิ้นสุด")
            return redirect(f"{member.network.get_absolute_url()}{MEMBERS}")
    context = {"network": member.network, "member": member, "form": form}
    return render(request, "networks/member_end.html", context, status=status_of(form))


@require_POST
def member_remove(request: Request, pk: int, member_pk: int) -> HttpResponse:
    member = _member(request, pk, member_pk)
    name = member.shown_name
    try:
        services.remove_member(member, by=request.user)
    except NetworkRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"ลบรายการของ{name}ที่บันทึกผิดแล้ว")
    return redirect(f"{member.network.get_absolute_url()}{MEMBERS}")


# -- Paired schools -------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def pair_add(request: Request, pk: int) -> HttpResponse:
    network = network_to_keep(request, pk)
    form = PairForm(request.POST or None, network=network)
    if request.method == "POST" and form.is_valid():
        try:
            pair = pair_services.add_pair(network, by=request.user, **form.values)
        except NetworkRefusedError as error:
            refuse(form, error)
        else:
            messages.success(request, f"จับคู่ {pair} แล้ว")
            return redirect(f"{network.get_absolute_url()}{PAIRS}")
    context = {"network": network, "form": form}
    return render(request, "networks/pair_form.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def pair_edit(request: Request, pk: int, pair_pk: int) -> HttpResponse:
    network = network_to_keep(request, pk)
    pair = get_object_or_404(Pair.objects.select_related("elder", "younger"), network=network, pk=pair_pk)
    form = PairForm(request.POST or None, instance=pair, network=network)
    if request.method == "POST" and form.is_valid():
        try:
            pair_services.update_pair(pair, by=request.user, seen=form.cleaned_data["seen"], **form.values)
        except NetworkRefusedError as error:
            refuse(form, error, pair_services.FIELDS)
        else:
            messages.success(request, f"บันทึกคู่พัฒนา {pair} แล้ว")
            return redirect(f"{network.get_absolute_url()}{PAIRS}")
    context = {"network": network, "form": form, "pair": pair}
    return render(request, "networks/pair_form.html", context, status=status_of(form))


# -- Agreements and orders ------------------------------------------------------------------------------------------


@upload_limited(FILE_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_add(request: Request, limit: SizeLimit, pk: int) -> HttpResponse:
    network = network_to_keep(request, pk)
    form = AgreementForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if limit.exceeded:
            form.full_clean()
            form.errors.pop("upload", None)
            form.add_error("upload", "ไฟล์ใหญ่เกิน 20 MB โปรดย่อไฟล์หรือแบ่งเป็นหลายไฟล์ก่อนแนบ")
        elif form.is_valid():
            try:
                add_agreement(network, by=request.user, **form.cleaned_data)
            except (NetworkRefusedError, FileRefused) as error:
                form.add_error("upload", str(error))
            else:
                messages.success(request, "แนบเอกสารแล้ว")
                return redirect(f"{network.get_absolute_url()}{DOCUMENTS}")
    context = {"network": network, "form": form}
    status = REFUSED if form.errors else 200
    return render(request, "networks/agreement_form.html", context, status=status)


def _agreement(request: Request, pk: int, uuid: uuids.UUID) -> Agreement:
    visible = Network.objects.visible_to(request.user).filter(pk=pk)
    return get_object_or_404(Agreement.objects.kept().select_related("network"), network__in=visible, uuid=uuid)


@require_safe
def agreement_file(request: Request, pk: int, uuid: uuids.UUID) -> FileResponse:
    """The file: a picture is shown, everything else is only ever saved, whatever is inside it."""
    agreement = _agreement(request, pk, uuid)
    shown = agreement.content_type in SHOWN
    header = content_disposition_header(as_attachment=not shown, filename=agreement.name) or "attachment"
    return private_file(agreement.file, agreement.content_type, disposition=header)


@require_POST
def agreement_remove(request: Request, pk: int, uuid: uuids.UUID) -> HttpResponse:
    agreement = _agreement(request, pk, uuid)
    try:
        remove_agreement(agreement, by=request.user)
    except NetworkRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"นำ “{agreement.title}” ออกจากหน้าเครือข่ายแล้ว")
    return redirect(f"{agreement.network.get_absolute_url()}{DOCUMENTS}")
