"""Every paragraph of one report."""

from cycles.annual import words_networks, words_supervision
from cycles.annual.passages import Data, Passage


def passages_of(data: Data) -> dict[str, Passage]:
    """The paragraphs that the data make, by their keys, in the order of the chapters."""
    words = words_networks if data["networks"] else words_supervision
    found = [one for one in words.written(data) if one is not None]
    return {one.key: one for one in sorted(found, key=lambda one: one.chapter)}
