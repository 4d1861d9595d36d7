"""What the browser module ``static/js/answers.js`` talks to. The owner of a response checks the right and calls these.

save_json   POST {batch, user, device, section, revision, events} → what became of them, news, who else is here
upload_json POST multipart uuid, slot, user, file | signature, base → the picture, and the same
poll_json   GET  ?revision=&section= → news, who else is here
for_answers closes each of these pages in the way that the module understands
save_post   an ordinary POST of the same inputs, without JavaScript → sentences to show
"""

import json
import uuid as uuids
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse

from accounts.http import Request, wants_json
from accounts.models import User
from instruments import slots
from instruments.attachments import add_signature, add_upload
from instruments.filling import form_events_from_post, names_of, offered_rows
from instruments.images import PictureRefused
from instruments.models import Attachment, Response
from instruments.presence import presence
from instruments.queries import changes_since, progress
from instruments.services import AnswersRefused, Outcome, ResponseLocked, record_answers
from thai.templatetags.thai import megabytes

_MALFORMED = "ข้อมูลคำตอบที่ส่งมาอ่านไม่ได้ โปรดเปิดหน้าใหม่แล้วลองอีกครั้ง"
_SIGNED_OUT = "การเข้าสู่ระบบหมดอายุแล้ว คำตอบที่ยังไม่ได้ส่งยังเก็บอยู่ในเครื่องนี้ โปรดเข้าสู่ระบบอีกครั้ง ระบบจะส่งให้เอง"


def for_answers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page that the module of a form talks to: closed like every other, but says 401 where others redirect.

    A redirect would look to the module like an answer; 401 tells it to keep what it has and ask for a sign-in.
    """

    @login_not_required
    @wraps(view)
    def closed(request: Request, *args, **kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if wants_json(request):
            return JsonResponse({"message": _SIGNED_OUT, "login": reverse("accounts:login")}, status=401)
        return redirect_to_login(request.get_full_path())

    return closed


def save_json(request: HttpRequest, response: Response) -> JsonResponse:
    """Record a batch. 200 with the outcome; 409 with a sentence where nothing can be taken now; 422 where never."""
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError):  # no JSON in UTF-8, or nested beyond all reason
        return _refusal(_MALFORMED, 422)
    if not isinstance(data, dict):
        return _refusal(_MALFORMED, 422)
    if stranger := _stranger(request, data.get("user")):
        return stranger
    seen = data.get("revision")
    try:
        outcome = record_answers(
            response, batch=data.get("batch", ""), events=data.get("events"), by=_user(request),
            device=str(data.get("device") or ""),
        )  # fmt: skip
    except ResponseLocked as error:
        return _refusal(str(error), 409)
    except AnswersRefused as error:
        return _refusal(str(error), 422)
    return JsonResponse(outcome.as_json() | _news(request, response, seen, str(data.get("section") or "")))


def upload_json(request: HttpRequest, response: Response, *, photo_base: str = "") -> JsonResponse:
    """Take one picture or drawn signature. 200 with its id; 422 with a sentence where it can't be taken."""
    post = request.POST
    if stranger := _stranger(request, post.get("user")):
        return stranger
    slot, name = post.get("slot", ""), post.get("uuid") or None
    try:
        if "signature" in post:
            attachment, outcome = add_signature(
                response, slot, post["signature"], by=_user(request), uuid=name, base=post.get("base") or None
            )
        elif "file" in request.FILES:
            attachment, outcome = add_upload(response, slot, request.FILES["file"], by=_user(request), uuid=name)
        else:
            return _refusal("ไม่พบไฟล์ภาพ โปรดเลือกภาพแล้วลองอีกครั้ง", 422)
    except ResponseLocked as error:
        return _refusal(str(error), 409)
    except (PictureRefused, AnswersRefused) as error:
        return _refusal(str(error), 422)
    made = {"id": str(attachment.pk), "slot": slot, "url": f"{photo_base}{attachment.pk}/", **_as_file(attachment)}
    news = _news(request, response, _revision(post.get("revision", "")), post.get("section", ""))
    return JsonResponse(outcome.as_json() | news | {"attachment": made})


def poll_json(request: HttpRequest, response: Response) -> JsonResponse:
    """What changed since ``?revision=`` and who else is here."""
    news = _news(request, response, _revision(request.GET.get("revision", "")), request.GET.get("section", ""))
    locked = {"locked": True} if response.is_locked else {}
    return JsonResponse(
        {"revision": response.revision, "progress": progress(response.form, response.answers, response.scores)}
        | news
        | locked
    )


def save_post(request: HttpRequest, response: Response) -> tuple[Outcome | None, list[str]]:
    """Record an ordinary POST of the question inputs; return the outcome and the sentences of what was refused."""
    refusals: list[str] = []
    outcome = None
    try:
        if events := form_events_from_post(response.form, response.answers, request.POST):
            outcome = record_answers(response, batch=uuids.uuid4(), events=events, by=_user(request))
            refusals += [f"{_label(response, item['key'])}: {item['message']}" for item in outcome.refused]
    except AnswersRefused as error:
        refusals.append(str(error))
    for name in request.FILES:
        if not name.startswith("file-"):
            continue
        for upload in request.FILES.getlist(name):
            try:
                _, outcome = add_upload(response, name.removeprefix("file-"), upload, by=_user(request))
            except (PictureRefused, AnswersRefused) as error:
                refusals.append(f"{upload.name}: {error}")
    return outcome, refusals


def _news(request: HttpRequest, response: Response, seen: Any, section: str) -> dict[str, Any]:
    """Others' answers since the revision this page knows, with the names needed to show them."""
    news = changes_since(response, seen) if isinstance(seen, int) else {"answers": {}}
    return {
        "others": presence(response, request.user, section),
        "changes": news["answers"],
        "names": {str(pk): name for pk, name in names_of(news["answers"]).items()},
        "files": _files(response, news["answers"]),
    }


def _files(response: Response, answers: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Names and sizes of the documents that these answers hold, by id; no query where they hold none."""
    lists = [entry["v"] for entry in answers.values() if isinstance(entry.get("v"), list)]
    held = [name for items in lists for name in items if slots.UUID.fullmatch(name)]
    found = Attachment.objects.filter(response=response, kind=Attachment.FILE, pk__in=held) if held else ()
    return {str(attachment.pk): _as_file(attachment) for attachment in found}


def _as_file(attachment: Attachment) -> dict[str, Any]:
    return {"name": attachment.original_name, "size": megabytes(attachment.size)}


def _label(response: Response, key: str) -> str:
    """The question of a slot as a person knows it, with the row that it stands in."""
    slot = response.form.slot(key)
    if slot is None:
        return key
    row = key.partition("@")[2]
    section = response.form.section(slot.section)
    rows = offered_rows(section, response.answers)
    if section.repeat and row in rows:
        return f"{section.repeat.label} {rows.index(row) + 1} {slot.label}"
    return slot.label


def _revision(text: str) -> int | None:
    """The revision that a page says it has seen; None where it says nothing that can be one."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _stranger(request: HttpRequest, user: Any) -> JsonResponse | None:
    """Answers that one person gave are never recorded as another's, whoever signed in on the device since."""
    if user and str(user) != str(request.user.pk):
        return _refusal("คำตอบในเครื่องนี้เป็นของบัญชีอื่น โปรดเข้าสู่ระบบด้วยบัญชีที่กรอกคำตอบไว้ แล้วกลับมาหน้านี้ ระบบจะส่งให้เอง", 409)
    return None


def _user(request: HttpRequest) -> User:
    """The person signed in; the owner's view has seen to that."""
    return cast("User", request.user)


def _refusal(message: str, status: int) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)
