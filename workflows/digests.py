"""Digests of content that can be written as JSON: to know it again, and to notice that it became another."""

import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


def digest_of(content: Any) -> str:
    """SHA-256, hex, of JSON in a fixed order: equal for what says the same. Days, times and decimals are their text."""
    text = json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def stamp_of(content: Any) -> str:
    """What a page carries along to say which wording its reader saw, so that nobody is overwritten unseen."""
    return digest_of(content)[:16]
