"""Conditions and formulas between XPath and the language of our forms."""

import pytest

from builder.xlsform.incoming import Scope, Target, bounds, translate, translate_value
from builder.xlsform.outgoing import Terms, to_xpath
from builder.xlsform.xpath import XPathError
from instruments.logic.names import outline
from tests.instruments.every_type import definition

NAMES = {
    "n": Target("n", "number"),
    "c": Target("c", "text", choices=(("x", "เอ็กซ์"), ("y", "วาย"))),
    "m": Target("m", "list:text"),
    "d": Target("d", "date"),
    "t": Target("t", "text"),
    "k": Target("k", "any"),
    "rep": Target("G.rows", "list:text", rows=True),
    "today": Target(tree=["call", "today"]),
    "gone": Target(why="ไม่ได้รับเข้ามา"),
}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("${n} > 5 and selected(${c}, 'x')", 'n > 5 and selected(c, "x")'),
        ("${ n }>5", "n > 5"),
        ("1 <= ${n}", "n >= 1"),
        ("not(${c}='')", "not (not answered(c))"),
        ("${n} != ''", "answered(n)"),
        ("${c} = 1", 'c = "1"'),
        ("${n} = '5'", "n = 5"),
        ("${c} > 3", "number(c) > 3"),
        ("${m} = 'a'", 'selected(m, "a")'),
        ("${m} != 'a'", 'not selected(m, "a")'),
        ("count-selected(${m}) <= 3", "count_selected(m) <= 3"),
        ("count(${rep}) > 2", "count(G.rows) > 2"),
        ("${t} and ${d}", "answered(t) and answered(d)"),
        ("${t} AND ${n}", "answered(t) and n != 0"),
        ("../n + /data/group/n = 4", "n + n = 4"),
        ("../../g/n >= 1", "n >= 1"),
        ("${n} mod 2 = 0", "n mod 2 = 0"),
        ("${n} div 2 > -1", "n / 2 > -1"),
        ("${n} - 1 > 0", "n - 1 > 0"),
        ("${d} <= today()", "d <= today()"),
        ("${d} < now()", "d < today()"),
        ("${d} >= date('2020-01-31')", 'd >= "2020-01-31"'),
        ("${d} >= '2020-01-31'", 'd >= "2020-01-31"'),
        ("${d} = ${today}", "d = today()"),
        ("(today() - ${d}) div 365.25 >= 18", "days(today(), d) / 365.25 >= 18"),
        ("regex(${t}, '^[0-9]{5}$')", 'matches(t, "^[0-9]{5}$")'),
        ("string-length(${t}) > 0", "length(t) > 0"),
        ("starts-with(${t}, 'a') or ends-with(${t}, 'z') or contains(${t}, 'm')", 'starts(t, "a") or ends(t, "z") or contains(t, "m")'),
        ("“ก” = ${t}", 't = "ก"'),
        ("true()", "true"),
        ("false()", "false"),
        ("coalesce(${n}, 0) > 1", "coalesce(n, 0) > 1"),
        ("if(${n}='', 0, ${n}) > 3", "if(not answered(n), 0, n) > 3"),
        ("format-date(${d}, '%Y') > 2020", "year(d) > 2020"),
        ("pow(${n}, 2) = 4", "n * n = 4"),
        ("${d} <= today() + 30", "days(d, today()) <= 30"),
        ("${d} > today() - 365", "days(d, today()) > -365"),
        ("${d} + 30 > today()", "days(d, today()) > -30"),
        ("${d} - ${n} = date('2020-01-31') + 1", 'days(d, "2020-01-31") = 1 - -n'),
        ("today() >= date(${d} + 7)", "days(today(), d) >= 7"),
        ("jr:choice-name(${c}, '${c}') = 'เอ็กซ์'", 'if(c = "x", "เอ็กซ์", if(c = "y", "วาย", "")) = "เอ็กซ์"'),
        ("format-date(${d}, '%Y-%m-%d') = '2020-01-31'", 'text(d) = "2020-01-31"'),
    ],
)  # fmt: skip
def test_a_condition_of_xlsform_says_the_same_in_ours(theirs, ours):
    assert translate(theirs, Scope(NAMES)) == ours


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("round(${n} div 3, 2)", "round(n / 3, 2)"),
        ("concat(${t}, ' ', ${n})", 'concat(t, " ", text(n))'),
        ("int(${n} div 2)", "if(n / 2 < 0, ceil(n / 2), floor(n / 2))"),
        ("sum(${n}) div count(${n})", "sum(n) / count(n)"),
        ("if(${n} > 1, 'x', 2)", 'if(n > 1, "x", "2")'),
        ("decimal-date-time(today()) - decimal-date-time(${d})", 'days(today(), "1970-01-01") - days(d, "1970-01-01")'),
        ("${c} * 2", "number(c) * 2"),
        ("-${n} + 1", "-n + 1"),
    ],
)
def test_a_formula_of_xlsform_says_the_same_in_ours(theirs, ours):
    assert translate_value(theirs, Scope(NAMES))[0] == ours


@pytest.mark.parametrize(
    ("theirs", "why"),
    [
        ("${nowhere} = 1", "ไม่มีข้อชื่อ"),
        ("${gone} = 1", "ไม่ได้รับเข้ามา"),
        ("position(..) = 1", "ไม่รองรับเส้นทาง"),
        ("once(today()) = ${d}", "once"),
        ("jr:choice-name(${n}, '${n}') = 'x'", "jr:choice-name"),
        ("jr:choice-name(${c}, '${n}') = 'x'", "jr:choice-name"),
        ("format-date(${d}, '%A') = 'x'", "%A"),
        ("${d} * 2 > today()", "คูณหรือหาร"),
        ("(${d} + 1) + 1 > today()", "เลื่อนวันที่"),
        ("${d} + 1 > ${n}", "ไม่ใช่วันที่"),
        ("pulldata('x', 'y', 'z', ${n}) = 1", "pulldata"),
        ("instance('l')/root/item[name=${c}]/label = 'x'", "instance"),
        ("${last-saved#n} = 1", "last-saved"),
        ("${rep}[1] = 1", "[ ]"),
        ("${n} = = 2", "อ่านนิพจน์ไม่ได้"),
        ("((((", "ไม่จบ"),
        ("(" * 3000 + "1" + ")" * 3000, "ยาวเกิน"),
        ("(" * 200 + "1" + ")" * 200, "ลึกเกินไป"),
        ("not(" * 70 + "1" + ")" * 70, "ลึกเกินไป"),
        ("${n} > 'abc'", "แทนจำนวนไม่ได้"),
        ("substr(${t}, 0, 2) = 'x'", "substr"),
        ("${n} ; ${t}", "อ่านนิพจน์ไม่ได้"),
        ("if(1)", "จำนวนค่า"),
    ],
)
def test_what_cannot_be_said_in_ours_is_refused_with_the_reason(theirs, why):
    with pytest.raises(XPathError, match=r".") as refused:
        translate(theirs, Scope(NAMES))
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("constraint", "limits"),
    [
        (". >= 0 and . <= 100", {"min": "0", "max": "100"}),
        ("0 <= . and 100 >= .", {"min": "0", "max": "100"}),
        (".<=4.5", {"max": "4.5"}),
        (". >= -5", {"min": "-5"}),
        (". > 0", None),
        (". >= 1 and . >= 2", None),
        (". >= ${n}", None),
        ("junk(", None),
    ],
)
def test_plain_bounds_are_recognised(constraint, limits):
    assert bounds(constraint) == limits


FORM = definition()
KNOWN = outline(FORM).names
TERMS = Terms({name: name.replace(".", "_") for name in KNOWN}, KNOWN)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ('A1 = "2"', "${A1} = '2'"),
        ("not answered(A3)", "not(string-length(${A3}) > 0)"),
        ("mean(B4.r1, B4.r2)", "(coalesce(${B4_r1}, 0) + coalesce(${B4_r2}, 0)) div (if(string-length(${B4_r1}) > 0, 1, 0) + if(string-length(${B4_r2}) > 0, 1, 0))"),
        ("sum(T4)", "sum(${T4})"),
        ("count(T4) > 1", "count-non-empty(${T4}) > 1"),
        ("count(T.rows)", "count(${T_rows})"),
        ('A8 >= "2026-01-01"', "${A8} >= date('2026-01-01')"),
        ("days(today(), A8) / 2", "(decimal-date-time(today()) - decimal-date-time(${A8})) div 2"),
        ("coalesce(A5, A6, 0)", "coalesce(${A5}, coalesce(${A6}, 0))"),
        ('concat("a\'b", "c")', "concat(\"a'b\", 'c')"),
        ("(A5 > 1 or A6 > 1) and A5 mod 2 = 0", "(${A5} > 1 or ${A6} > 1) and ${A5} mod 2 = 0"),
        ("A5 +", ""),
        ("nowhere = 1", ""),
        (None, ""),
    ],
)  # fmt: skip
def test_our_conditions_can_be_written_as_xpath(ours, theirs):
    assert to_xpath(ours, TERMS) == theirs
