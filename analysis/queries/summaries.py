"""Results question by question, section by section, as a whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.hiding import LEAST
from analysis.queries.book import Book, Group, Line, group_of, responses_in
from analysis.queries.numbers import Need, Part, Result, pooled, pooled_need, result_of
from analysis.queries.privacy import Veil
from analysis.queries.reading import GIVEN, Reading
from instruments.definition import Section
from instruments.models import InstrumentVersion
from instruments.statistics import ranks


@dataclass
class SectionResult:
    """A section: its lines, and its ratings pooled. ``part`` has no mean where its scales share no range."""

    section: Section
    results: list[Result]
    part: Part
    need: Need | None = None
    rank: int | None = None
    need_rank: int | None = None
    is_hidden: bool = False

    @property
    def rated(self) -> list[Result]:
        return [result for result in self.results if result.line.kind == "rating"]

    @property
    def averaged(self) -> list[Result]:
        return [result for result in self.results if result.line.kind == "rating" and result.part]

    @property
    def needs(self) -> list[Result]:
        return [result for result in self.results if result.need]

    @property
    def numbers(self) -> list[Result]:
        return [result for result in self.results if result.line.kind == "number"]

    @property
    def yes_no(self) -> list[Result]:
        return [result for result in self.results if result.line.kind == "exist"]

    @property
    def chosen(self) -> list[Result]:
        return [result for result in self.results if result.line.kind in ("choice", "multi")]

    @property
    def given(self) -> list[Result]:
        return [result for result in self.results if result.line.kind == GIVEN]


@dataclass
class FormSummary:
    reading: Reading
    book: Book
    responses: int
    sections: list[SectionResult]
    whole: Part
    need: Need | None
    dropped: list[InstrumentVersion]
    """Earlier versions with answers to questions that the newest has no more, or has cut the trend of."""
    is_hidden: bool = False
    whole_is_told: bool = False
    """Whether the whole of this place could be told from that of others, or would tell theirs."""

    @property
    def whole_is_hidden(self) -> bool:
        """From the whole and all sections but one, that one can be computed."""
        return self.is_hidden or self.whole_is_told or any(section.is_hidden for section in self.sections)

    @property
    def averaged(self) -> list[SectionResult]:
        """The sections with a mean, in the form's order."""
        return [section for section in self.sections if section.averaged and section.part.scale]

    @property
    def needs(self) -> list[Result]:
        return [result for section in self.sections for result in section.needs]

    @property
    def need_sections(self) -> list[SectionResult]:
        return [section for section in self.sections if section.need]


def summary_of(reading: Reading, book: Book) -> FormSummary:
    """n, frequencies, percent, x̄, S.D., level and rank by question, section and whole; needs with their ranks."""
    group = group_of(reading.rows_in_scope())
    responses = responses_in(group)
    veil = Veil(reading, book) if reading.anonymous else None
    is_hidden = veil is not None and (0 < responses < LEAST or veil.hides())
    if is_hidden:
        group = {}
    sections = [_section_result(book, group, *pair, veil) for pair in book.sections]
    _rank_sections(sections)
    dropped = set(book.dropped(group))
    return FormSummary(
        reading,
        book,
        responses,
        sections,
        whole=pooled([result for section in sections for result in section.results], book.form.whole_scale),
        need=pooled_need([result for section in sections for result in section.needs]),
        dropped=[version for version in reading.versions if version.pk in dropped],
        is_hidden=is_hidden,
        whole_is_told=veil is not None and _is_told(veil, book.lines.values()),
    )


def _section_result(
    book: Book, group: Group, section: Section, lines: Sequence[Line], veil: Veil | None
) -> SectionResult:
    results = [result_of(book, group, line, anonymous=veil is not None) for line in lines]
    if veil is not None:
        for result in results:
            veil.cover(result)
    averaged = [result for result in results if result.line.kind == "rating" and result.part]
    places = ranks(None if result.is_hidden else result.mean for result in averaged)
    for result, place in zip(averaged, places, strict=True):
        result.rank = place
    found = SectionResult(section, results, pooled(results, section.averaged), pooled_need(results))
    found.is_hidden = any(result.is_hidden for result in results if result.part or result.need)
    found.is_hidden = found.is_hidden or (veil is not None and _is_told(veil, lines))
    return found


def _is_told(veil: Veil, lines: Iterable[Line]) -> bool:
    """Whether the ratings, or the needs, of these lines together are hidden of the place that is read."""
    averaged = [line for line in lines if line.is_averaged]
    pools = [[line for line in averaged if line.kind == kind] for kind in ("rating", "dual")]
    return any(veil.hides(*pool) for pool in pools if pool)


def _rank_sections(sections: Sequence[SectionResult]) -> None:
    means = [section.part.mean if section.averaged and not section.is_hidden else None for section in sections]
    for section, place in zip(sections, ranks(means), strict=True):
        section.rank = place
    needs = [result for section in sections for result in section.needs]
    shown = [None if result.is_hidden or result.need is None else result.need for result in needs]
    modified = ranks(need.modified if need else None for need in shown)
    older = ranks(need.older if need else None for need in shown)
    for result, place, older_place in zip(needs, modified, older, strict=True):
        result.rank, result.older_rank = place, older_place
    indices = [section.need.modified if section.need and not section.is_hidden else None for section in sections]
    for section, place in zip(sections, ranks(indices), strict=True):
        section.need_rank = place
