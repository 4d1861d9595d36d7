"""Charts that are the same on the page and in the PDF: SVG shapes under HTML text.

WeasyPrint draws SVG text one code point at a time and tears Thai apart, so no text stands inside an SVG. The strict
content policy refuses inline styles, so shapes take attributes and labels take classes (`chart-x37`: 37 % from the
left). Every chart is readable in black and white: numbers stand beside the shapes, shades differ in lightness, lines in
their dashes and marks. A table with the same numbers is there for screen readers, and for Word.

    {% load charts %}
    {% chart_of chart %}

bars.py          means, percents, differences
lines.py         a course over periods, broken where it may not be joined
stacks.py        how often each answer was given
heat.py          a table whose cells are shaded
radar.py         sections of a form: one beside another, or before and after
distribution.py  how many fall to each level, and where their mean lies
coverage.py      how many of all were reached: apart, or month by month
"""

from documents.charts.bars import Bar, BarChart
from documents.charts.base import GRID, INK, SHADES, STYLES, Number, around_zero, percent, ticks, top
from documents.charts.coverage import CoverageChart, Covered
from documents.charts.distribution import DistributionChart, Level
from documents.charts.heat import HeatChart, HeatRow
from documents.charts.lines import Label, LineChart, Mark, Series
from documents.charts.radar import RadarChart, radar_chart
from documents.charts.stacks import Part, Stack, StackedChart

Chart = BarChart | CoverageChart | DistributionChart | HeatChart | LineChart | RadarChart | StackedChart
"""Whatever ``chart_of`` draws; ``kind`` names its template in templates/documents/charts/."""

__all__ = [
    "GRID",
    "INK",
    "SHADES",
    "STYLES",
    "Bar",
    "BarChart",
    "Chart",
    "CoverageChart",
    "Covered",
    "DistributionChart",
    "HeatChart",
    "HeatRow",
    "Label",
    "Level",
    "LineChart",
    "Mark",
    "Number",
    "Part",
    "RadarChart",
    "Series",
    "Stack",
    "StackedChart",
    "around_zero",
    "percent",
    "radar_chart",
    "ticks",
    "top",
]  # fmt: skip
