"""What became of each row of the file."""

from dataclasses import dataclass, field
from typing import Any

TAKEN, CHANGED, LEFT = "taken", "changed", "left"


@dataclass(slots=True)
class Entry:
    """One row of survey, choices or settings, under its number in Excel."""

    sheet: str
    row: int
    name: str
    type: str
    outcome: str = TAKEN
    reasons: list[str] = field(default_factory=list)

    def changed(self, reason: str) -> None:
        """Taken, but not as it stands; one row may be changed in several ways."""
        if reason not in self.reasons:
            self.reasons.append(reason)
        if self.outcome == TAKEN:
            self.outcome = CHANGED

    def left(self, reason: str) -> None:
        """Not taken at all; what was said before of how it was taken no longer holds."""
        self.outcome, self.reasons = LEFT, [reason]

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "name": self.name,
            "type": self.type,
            "outcome": self.outcome,
            "reason": " ".join(self.reasons),
        }
