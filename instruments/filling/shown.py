"""One slot with its answer as a page shows it, signed against slips: a plain post gives back what was shown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.signing import BadSignature, Signer

from instruments import slots
from instruments.slots import Slot
from thai.dates import numeric_date

SEPARATOR = "\x1f"

_signer = Signer(salt="instruments.shown")


@dataclass(frozen=True)
class SlotView:
    """One slot with its present answer, for a template."""

    slot: Slot
    entry: dict[str, Any]
    typed: str | None = None
    """What was typed a moment ago and could not be taken: shown again, so that it can be mended."""

    @property
    def key(self) -> str:
        return self.slot.key

    @property
    def name(self) -> str:
        return f"a-{self.slot.key}"

    @property
    def dom_id(self) -> str:
        return f"a-{dom(self.slot.key)}"

    @property
    def value(self) -> Any:
        return self.entry.get("v")

    @property
    def text(self) -> str:
        """The value as it stands in a text input: a date in Buddhist years, a typed signature's name."""
        if self.typed is not None:
            return self.typed
        value = self.value
        if value is None:
            return ""
        try:
            match self.slot.kind:
                case slots.DATE:
                    return numeric_date(date.fromisoformat(value))
                case slots.TIME:
                    return value.replace(":", ".")
                case slots.PLACE:
                    return f"{value['lat']}, {value['lon']}"
                case slots.SIGNATURE:
                    return value.get("typed", "")
        except (ValueError, TypeError, AttributeError):
            pass  # typed and refused: it is shown again as it was typed
        return str(value)

    @property
    def accuracy(self) -> int | None:
        """How sure the device was of a place, in metres."""
        return self.value.get("acc") if isinstance(self.value, dict) else None

    @property
    def is_na(self) -> bool:
        return "na" in self.entry

    @property
    def event(self) -> str:
        """The id of the event that gave the answer; empty where there is none."""
        return self.entry.get("e", "")

    @property
    def was(self) -> str:
        """What the page shows now, signed against slips: given back by a plain post."""
        return _signed(json.dumps([self.event or None, raw_of(self.slot, self.entry), self.is_na], ensure_ascii=True))


def dom(key: str) -> str:
    """A key as part of an HTML id: such ids stand in selectors and addresses."""
    return key.replace(".", "-").replace("@", "-")


@lru_cache(maxsize=2000)
def _signed(text: str) -> str:
    """Kept, because most slots of most pages are empty and remember the same."""
    return _signer.sign(text)


def raw_of(slot: Slot, entry: Mapping[str, Any]) -> str:
    """The answer as a plain form would post it, in one string."""
    value = entry.get("v")
    if value is None or slot.kind in slots.LISTED:
        return ""
    if slot.kind == slots.MULTI:
        return SEPARATOR.join(value)
    return SlotView(slot, dict(entry)).text


def was_shown(signed: str | None) -> tuple[str | None, str, bool] | None:
    if signed is None:
        return None
    try:
        base, raw, na = json.loads(_signer.unsign(signed))
    except (BadSignature, ValueError):
        return None
    return base, raw, na
