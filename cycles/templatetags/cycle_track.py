"""The steps of a cycle in one row of marks. Made here and not by a template: a board has a hundred of them."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from cycles.models import CycleStep

register = template.Library()
DONE = mark_safe('<i class="bi bi-check2"></i>')


@register.simple_tag
def track(steps: Iterable[CycleStep]) -> SafeString:
    """{% track cycle.all_steps %}: what is done, where the cycle stands, what is late, in colours and in words."""
    marks = [_mark(step.number, step.name, step.is_done, step.is_present, step.days_late) for step in steps]
    return mark_safe(f'<ol class="cycle-track" aria-label="ความก้าวหน้า">{"".join(marks)}</ol>')


@lru_cache(maxsize=5000)
def _mark(number: int, name: str, is_done: bool, is_here: bool, late: int) -> SafeString:  # noqa: FBT001
    return format_html(
        '<li class="{}{}"{}><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">ขั้นที่ {} {}: {}{}</span></li>',
        "is-done" if is_done else "is-here" if is_here else "",
        " is-late" if late else "",
        mark_safe(' aria-current="step"') if is_here else "",
        DONE if is_done else number,
        number,
        name,
        "เสร็จแล้ว" if is_done else "กำลังดำเนินการ" if is_here else "ยังไม่ถึง",
        f" เลยกำหนด {late} วัน" if late else "",
    )
