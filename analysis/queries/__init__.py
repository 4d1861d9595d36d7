"""What the answers to a form say: read from the kept sums, so that a million answers cost what a thousand do.

``Reading`` says what is read: which form, of which office, over which periods and schools. ``Book`` knows the form and
what its questions were in earlier versions. From both come the results:

reading.py     which answers are read, and what there is to choose from
book.py        the form over its versions; answers added up
numbers.py     what was answered to one line, and lines pooled
summaries.py   ``summary_of``: by question, section, whole
breakdowns.py  ``breakdown_of``: one measure by school, group, size, period, supervisor, version
comparison.py  ``comparison_of``: two periods
trend.py       ``trend_of``: one measure over time
privacy.py     what is hidden of an anonymous collection
"""

from .book import Book, Line
from .breakdowns import Breakdown, Measure, Row, breakdown_of, measures_of
from .comparison import PeriodsCompared, comparison_of
from .numbers import Frequency, Need, Part, Result
from .reading import (
    BY,
    FREQUENCY,
    GROUP,
    OFFICE,
    PERSON,
    SCHOOL,
    SIZE,
    Reading,
    collections_of,
    forms_with_results,
    periods_of,
    versions_read,
)
from .summaries import FormSummary, SectionResult, summary_of
from .trend import Trend, trend_of

__all__ = [
    "BY",
    "FREQUENCY",
    "GROUP",
    "OFFICE",
    "PERSON",
    "SCHOOL",
    "SIZE",
    "Book",
    "Breakdown",
    "FormSummary",
    "Frequency",
    "Line",
    "Measure",
    "Need",
    "Part",
    "PeriodsCompared",
    "Reading",
    "Result",
    "Row",
    "SectionResult",
    "Trend",
    "breakdown_of",
    "collections_of",
    "comparison_of",
    "forms_with_results",
    "measures_of",
    "periods_of",
    "summary_of",
    "trend_of",
    "versions_read",
]
