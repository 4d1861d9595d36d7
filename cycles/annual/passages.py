"""The paragraphs that the program writes. Each has a key that it keeps from year to year and the facts that it says."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cycles.annual.saying import Said

Data = Mapping[str, Any]
Writer = Callable[[Data, Said], str]


@dataclass(frozen=True)
class Passage:
    """One paragraph. ``public``: it names no school and nobody, so that everybody may read it.

    ``facts`` are the numbers and names that it says, as printed, under names that people read.
    """

    key: str
    chapter: int
    title: str
    text: str
    facts: Mapping[str, str]
    public: bool = True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def passage(key: str, chapter: int, title: str, write: Writer, data: Data, *, public: bool = True) -> Passage | None:
    """The paragraph that ``write`` makes of the data; None where it has nothing to say."""
    said = Said(key)
    text = write(data, said)
    return Passage(key, chapter, title, " ".join(text.split()), said.facts, public) if text else None
