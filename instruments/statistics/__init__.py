"""Statistics by the Thai conventions: halves rounded up, two decimals, n always, "-" where undefined.

exact.py    rounding without error, "-" for what is undefined
summary.py  n, x̄, S.D., frequencies, percent, pooled and weighted means
ranking.py  ลำดับที่, PNI, progress, two periods compared
quality.py  IOC, α, item-total correlation, difficulty, discrimination, KR-20
agreement.py  two raters: percent, weighted kappa, ICC
"""

from .agreement import (
    Agreement,
    Reliability,
    agreement,
    icc_agreement,
    icc_word,
    kappa_word,
    plain_kappa,
    weighted_kappa,
)
from .exact import UNDEFINED, as_decimal, ratio, rounded, rounded_root, show, show_signed
from .quality import (
    Congruence,
    Discrimination,
    alphas_without,
    correlation,
    cronbach_alpha,
    difficulty,
    discrimination,
    ioc,
    item_total,
    kr20,
)
from .ranking import Comparison, change, compare, percent_change, pni, pni_modified, ranks
from .summary import Summary, deviation, frequencies, mean_of_means, percent, weighted_mean

__all__ = [
    "UNDEFINED",
    "Agreement",
    "Comparison",
    "Congruence",
    "Discrimination",
    "Reliability",
    "Summary",
    "agreement",
    "alphas_without",
    "as_decimal",
    "change",
    "compare",
    "correlation",
    "cronbach_alpha",
    "deviation",
    "difficulty",
    "discrimination",
    "frequencies",
    "icc_agreement",
    "icc_word",
    "ioc",
    "item_total",
    "kappa_word",
    "kr20",
    "mean_of_means",
    "percent",
    "percent_change",
    "plain_kappa",
    "pni",
    "pni_modified",
    "ranks",
    "ratio",
    "rounded",
    "rounded_root",
    "show",
    "show_signed",
    "weighted_kappa",
    "weighted_mean",
]
