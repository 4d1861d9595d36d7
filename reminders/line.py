"""LINE's Messaging API, as far as it is used here: push a text, answer a text, know that a call is LINE's.

https://developers.line.biz/en/reference/messaging-api/ — of a push that was accepted before, 409 says so.
"""

import base64
import hashlib
import hmac
import json
import uuid
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

TIMEOUT = 10
"""Seconds."""
LONGEST = 5000
"""UTF-16 code units of one text message."""


class LineRefused(Exception):  # noqa: N818 -- a refusal, not a fault
    """LINE does not take this and would not later; the message is a Thai sentence for the outbox."""


class LineBusy(Exception):  # noqa: N818 -- to be tried again
    """LINE could not be asked, or could not answer; the message is a Thai sentence for the outbox."""


class _NoRedirect(HTTPRedirectHandler):
    """Whoever redirects would be handed the office's token."""

    def redirect_request(self, *asked):
        return None


def is_configured() -> bool:
    """Whether this installation has a LINE Official Account that it may speak for and that may speak to it."""
    return bool(settings.LINE_CHANNEL_TOKEN and settings.LINE_CHANNEL_SECRET)


def account() -> str:
    """The name by which people find the office's account, with its @; empty where it was not told."""
    name = settings.LINE_ACCOUNT.strip()
    return name if not name or name.startswith("@") else f"@{name}"


def add_friend_url() -> str:
    """Where a person makes the account a friend: LINE's own address, followed and never fetched."""
    return f"https://line.me/R/ti/p/{quote(account(), safe='')}"


def push(to: str, text: str, *, key: uuid.UUID) -> None:
    """Send a text to a user; with the same ``key`` it arrives once. Raises ``LineRefused`` or ``LineBusy``."""
    _post("/v2/bot/message/push", {"to": to, "messages": [_text(text)]}, {"X-Line-Retry-Key": str(key)})


def reply(token: str, text: str) -> None:
    """Answer what a user has just sent; costs nothing of the month's quota. Raises as ``push``."""
    _post("/v2/bot/message/reply", {"replyToken": token, "messages": [_text(text)]})


def is_from_line(body: bytes, signature: str) -> bool:
    """Whether the signature of a call is that of the channel's secret over exactly this body."""
    wanted = base64.b64encode(hmac.digest(settings.LINE_CHANNEL_SECRET.encode(), body, hashlib.sha256))
    return hmac.compare_digest(wanted, signature.encode("ascii", "replace"))


def _text(text: str) -> dict[str, str]:
    units = text.encode("utf-16-le")[: 2 * LONGEST]
    return {"type": "text", "text": units.decode("utf-16-le", "ignore")}


def _post(path: str, content: dict[str, Any], headers: dict[str, str] | None = None) -> None:
    request = Request(  # noqa: S310 -- the address is a setting of the installation
        settings.LINE_API_URL.rstrip("/") + path,
        data=json.dumps(content).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {settings.LINE_CHANNEL_TOKEN}",
            **(headers or {}),
        },
    )
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT) as response:
            response.read(1)
    except HTTPError as error:
        if error.code != HTTPStatus.CONFLICT:
            raise _refusal(error.code, _said(error)) from error
    except OSError as error:
        raise LineBusy("ติดต่อ LINE ไม่ได้หรือ LINE ไม่ตอบภายในเวลา ระบบจะลองส่งอีกครั้ง") from error


def _said(error: HTTPError) -> str:
    try:
        return str(json.loads(error.read(10_000)).get("message", ""))[:120]
    except (OSError, ValueError, AttributeError):
        return ""


def _refusal(code: int, said: str) -> LineRefused | LineBusy:
    if code == HTTPStatus.TOO_MANY_REQUESTS and "monthly" in said.lower():
        return LineRefused("LINE Official Account ส่งครบจำนวนข้อความของเดือนนี้แล้ว โปรดเพิ่มแพ็กเกจหรือรอเดือนถัดไป")
    if code == HTTPStatus.TOO_MANY_REQUESTS or code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return LineBusy(f"LINE ยังไม่รับข้อความ ({code}) ระบบจะลองส่งอีกครั้ง")
    if code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return LineRefused(f"LINE ไม่รับโทเคนของระบบ ({code}) โปรดให้ผู้ดูแลระบบตรวจ LINE_CHANNEL_TOKEN")
    return LineRefused(f"LINE ไม่รับข้อความนี้ ({code}{': ' if said else ''}{said})")
