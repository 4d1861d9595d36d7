"""Numbers of official documents: 1, 2, 3 … through a calendar year, without a gap, never given twice.

A number is given in the transaction that uses it, under the lock of its counter: who fails gives it back by failing.
"""

from typing import Any, TypeVar

from django.db import models


class Counter(models.Model):
    """The numbers of one office and calendar year (พ.ศ.); the row is the lock under which they are given."""

    area = models.ForeignKey(
        "schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField("ปี พ.ศ.")
    last = models.PositiveIntegerField("เลขที่ล่าสุด", default=0)

    class Meta:
        abstract = True


AnyCounter = TypeVar("AnyCounter", bound=Counter)


def take_numbers(counters: type[AnyCounter], count: int = 1, **key: Any) -> tuple[AnyCounter, range]:
    """The counter that ``key`` names (made where there is none) and its next ``count`` numbers.

    To be called inside a transaction: the counter stays locked until it ends, so that two people never get the same
    number and whoever rolls back leaves no gap. On SQLite a writing transaction of ours is alone anyway.
    """
    manager = counters._default_manager
    row, _ = manager.get_or_create(**key)
    row = manager.select_for_update().get(pk=row.pk)
    first, row.last = row.last + 1, row.last + count
    manager.filter(pk=row.pk).update(last=row.last)
    return row, range(first, row.last + 1)
