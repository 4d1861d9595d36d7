"""The answering page: open to whoever has its address, without an account.

Of an anonymous survey nothing here looks at who is signed in, and no page of it names anybody: it is rendered without
the request, so that neither session nor menu have a part in it.
"""

import uuid as uuids
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.flows import Role
from accounts.http import said_too_often, sealed, too_often
from accounts.models import User
from instruments.attachments import attachment_response
from instruments.definition import Form
from instruments.filling import pictures_of
from instruments.intake import Fault, WholeRefused
from instruments.models import Attachment, Response
from instruments.results import Reading, read
from instruments.scoring import score
from instruments.slots import ATTACHED
from surveys.flows import MANY
from surveys.incoming import MOST_BYTES, Incoming, Unreadable, attach, from_json, from_post
from surveys.models import SurveyAnswer, SurveySchool
from surveys.services import AnswerRefused, Door, door_of, form_of, page_of, take_answer, take_at
from surveys.storage import Ready

TOO_LARGE = "คำตอบที่ส่งมามีขนาดใหญ่เกินกว่าที่รับได้ โปรดย่อข้อความหรือลดจำนวนภาพและไฟล์ แล้วส่งอีกครั้ง"
TOO_OFTEN = said_too_often("การส่งคำตอบ", "กดส่งอีกครั้ง คำตอบยังอยู่ในหน้านี้")
MOST_WITH_FILES = 60 * 1024 * 1024


def _is_too_large(request: HttpRequest, most: int) -> bool:
    size = request.META.get("CONTENT_LENGTH") or "0"
    return not size.isdecimal() or int(size) > most


def _door(token: str) -> Door:
    door = door_of(token)
    if door is None:
        raise Http404
    return door


def _person(request: HttpRequest, door: Door) -> User | None:
    """The signed-in person of the school for whom a named answer is kept; nobody of an anonymous survey."""
    if door.survey.anonymous or door.place is None:
        return None
    return _of_school(request, door.place.school_id, door.survey.per_school)


def _of_school(request: HttpRequest, school: int | None, per_school: str) -> User | None:
    user = request.user
    if not isinstance(user, User):
        return None
    roles = [Role.SCHOOL_HEAD, Role.TEACHER] if per_school == MANY else [Role.SCHOOL_HEAD]
    return user if school in user.schools_as(*roles) else None


@login_not_required
@csrf_exempt  # nobody's account is at stake: the address alone opens the page, and cookies don't cross sites
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The form, or why it takes no answer now; a POST sends the whole of it without any script."""
    if request.method == "POST":
        if _is_too_large(request, MOST_WITH_FILES):
            return _page("surveys/answer_closed.html", _door(token), {"refusal": TOO_LARGE}, status=413)
        try:
            return _posted(request, token)
        except (TooManyFilesSent, TooManyFieldsSent, RequestDataTooBig):
            return _page("surveys/answer_closed.html", _door(token), {"refusal": TOO_LARGE}, status=413)
    door = door_of(token)
    if door is None:
        return sealed(HttpResponse(render_to_string("surveys/answer_lost.html"), status=404), posts=False)
    if refusal := door.refusal():
        return _page("surveys/answer_closed.html", door, {"refusal": refusal, "person": _person(request, door)})
    if door.answer is None:
        return _form(request, door, {}, uuid=uuids.uuid4())
    return _form(request, door, door.answer.response.answers, uuid=door.answer.uuid)


def _posted(request: HttpRequest, token: str) -> HttpResponse:
    page = page_of(token)
    form = form_of(page) if page is not None else _door(token).survey.version.form
    found = from_post(form, request.POST)
    removals = {f"rm-{section.rows_slot}" for section in form.sections if section.repeat}
    if {"row-add", "clear", *removals} & set(request.POST):
        door = _door(token)
        return _form(request, door, _shown(door, found), uuid=found.uuid)
    faults: list[Fault] = []
    refusal, status, name = "", 422, found.uuid
    try:
        return HttpResponseRedirect(_receive(request, token, page, form, found))
    except WholeRefused as error:
        faults = error.faults
    except AnswerRefused as error:
        refusal, status = str(error), 409
        name = uuids.uuid4() if error.as_another else name
    except _TooOften as error:
        refusal, status = str(error), 429
    door = _door(token)
    shown = _shown(door, found)
    return _form(request, door, shown, uuid=name, faults=faults, refusal=refusal, status=status)


def _shown(door: Door, found: Incoming) -> dict[str, Any]:
    """What was typed, with the pictures and documents that the answer being corrected holds already."""
    shown = found.typed(door.survey.version.form)
    if door.correcting and door.answer is not None:
        for key, entry in door.answer.response.answers.items():
            slot = door.survey.version.form.slot(key)
            if slot is not None and slot.kind in ATTACHED and key not in shown:
                shown[key] = entry
    return shown


class _TooOften(Exception):  # noqa: N818 -- a refusal, not a fault
    def __init__(self) -> None:
        super().__init__(TOO_OFTEN)


def _receive(request: HttpRequest, token: str, page: Ready | None, form: Form, found: Incoming) -> str:
    """Take the answer; answers the address of its receipt. Raises what ``take_answer`` raises, and ``_TooOften``."""
    if too_often(request, "survey-sends", settings.ANSWERS_PER_MINUTE):  # more than a whole school would
        raise _TooOften
    if page is not None:
        _attach(request, form, found, anonymous=page.anonymous)
        kept = take_at(page, found, by=_who(request, page))
        return _receipt(token, kept, anonymous=page.anonymous)
    door = _door(token)
    if not door.refusal():
        _attach(request, form, found, anonymous=door.survey.anonymous)
    kept = take_answer(door, found, by=_person(request, door))
    return _receipt(token, kept, anonymous=door.survey.anonymous)


def _attach(request: HttpRequest, form: Form, found: Incoming, *, anonymous: bool) -> None:
    if request.content_type == "multipart/form-data":
        faults = attach(form, found, request.POST, request.FILES, anonymous=anonymous)
        if faults:
            raise WholeRefused(faults)


def _who(request: HttpRequest, page: Ready) -> User | None:
    if page.anonymous or page.place_id is None:
        return None
    return _of_school(request, page.school_id, page.per_school)


@login_not_required
@csrf_exempt
@require_POST
def answer_send(request: HttpRequest, token: str) -> JsonResponse:
    """The whole answer as the page's script sends it: JSON (``incoming.from_json``), or with files an ordinary post.

    200 with the address of the receipt; 409 where none is taken now, with the name under which it would be one more;
    413, 422 and 429 with what is to be done.
    """
    with_files = request.content_type == "multipart/form-data"
    if _is_too_large(request, MOST_WITH_FILES if with_files else MOST_BYTES):
        return JsonResponse({"message": TOO_LARGE}, status=413)
    page = page_of(token)
    door = door_of(token) if page is None else None
    if page is not None:
        form = form_of(page)
    elif door is not None:
        form = door.survey.version.form
    else:
        return JsonResponse({"message": "ไม่พบแบบสำรวจนี้ โปรดตรวจสอบลิงก์"}, status=404)
    try:
        found = from_post(form, request.POST) if with_files else from_json(form, request.body)
        return JsonResponse({"url": _receive(request, token, page, form, found)})
    except Unreadable as error:
        return JsonResponse({"message": str(error)}, status=422)
    except WholeRefused as error:
        message = f"ยังส่งไม่ได้ มี {len(error.faults)} ข้อที่ต้องแก้ไข"
        return JsonResponse({"message": message, "faults": [fault.as_json() for fault in error.faults]}, status=422)
    except AnswerRefused as error:
        another = {"id": str(uuids.uuid4())} if error.as_another else {}
        return JsonResponse({"message": str(error)} | another, status=409)
    except (TooManyFilesSent, TooManyFieldsSent, RequestDataTooBig):
        return JsonResponse({"message": TOO_LARGE}, status=413)
    except _TooOften as error:
        return JsonResponse({"message": str(error)}, status=429, headers={"Retry-After": "60"})


def _receipt(token: str, name: uuids.UUID, *, anonymous: bool) -> str:
    """Of an anonymous survey only thanks: no address that leads to what was sent."""
    if anonymous:
        return reverse("surveys:answer-sent", args=[token])
    return reverse("surveys:answer-receipt", args=[token, name])


@login_not_required
@require_safe
def answer_sent(request: HttpRequest, token: str, uuid: uuids.UUID | None = None) -> HttpResponse:
    """Thanks; of a survey that is not anonymous also what was sent, for whoever has this address."""
    door = _door(token)
    sent = None
    if uuid is not None:
        answers = door.survey.answers.select_related("response__version__instrument", "by", "place__school")
        sent = answers.filter(uuid=uuid, place=door.place).first() if not door.survey.anonymous else None
        if sent is None:
            raise Http404
    context = {"sent": sent, "reading": reading_of(sent) if sent else None, "person": _person(request, door)}
    return _page("surveys/answer_sent.html", door, context)


def reading_of(answer: SurveyAnswer) -> Reading:
    return read(answer.response, facts=facts_of(answer.place))


def facts_of(place: SurveySchool | None) -> dict[str, str]:
    """What the address itself says, for the questions that ask it."""
    return {"school": str(place.school)} if place else {}


@login_not_required
@require_safe
def answer_file(request: HttpRequest, token: str, uuid: uuids.UUID, *, thumb: bool = False) -> HttpResponseBase:
    """A picture or document of an answer that was sent from this address; of an anonymous survey there are none."""
    door = _door(token)
    if door.survey.anonymous:
        raise Http404
    own = SurveyAnswer.objects.filter(survey=door.survey, place=door.place).values("response")
    return attachment_response(get_object_or_404(Attachment, pk=uuid, response__in=own), thumb=thumb)


def _form(
    request: HttpRequest,
    door: Door,
    answers: dict[str, Any],
    *,
    uuid: uuids.UUID,
    faults: list[Fault] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page with the form and these answers in it. The response it shows is never saved."""
    version = door.survey.version
    shown = Response(version=version, area_id=door.survey.area_id, answers=answers)
    shown.scores = score(version.form, answers if not faults and not refusal else _readable(version.form, answers))
    context = {
        "shown": shown,
        "form": version.form,
        "uuid": uuid,
        "faults": faults or [],
        "refusal": refusal,
        "person": _person(request, door),
        "facts": facts_of(door.place),
        "pictures": pictures_of(door.answer.response) if door.correcting and door.answer else {},
    }
    return _page("surveys/answer.html", door, context, status=status)


def _readable(form, answers: dict[str, Any]) -> dict[str, Any]:
    """The answers without what was typed and refused, which nothing can be worked out from."""
    kept = {}
    for key, entry in answers.items():
        slot = form.slot(key)
        try:
            if slot is not None and "v" in entry:
                slot.clean(entry["v"])
        except ValueError:
            continue
        kept[key] = entry
    return kept


def _page(template: str, door: Door, context: dict[str, Any], status: int = 200) -> HttpResponse:
    html = render_to_string(template, {"door": door, "survey": door.survey, **context})
    return sealed(HttpResponse(html, status=status), posts=False)
