"""What every verb of a network stands on: its refusals, its lock, saving with an author, and its days."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models

from accounts.models import User
from networks.models import Network
from thai.dates import short_date
from workflows.digests import stamp_of


class NetworkRefusedError(Exception):
    """Nothing was written; the message is a Thai sentence that says why and what to do."""


class NotKeeperError(NetworkRefusedError, PermissionDenied):
    """The person may not write this of the network."""


class ChangedMeanwhileError(NetworkRefusedError):
    """Somebody else saved first; ``current`` is what is stored now, and what was typed was not written."""

    def __init__(self, message: str, current: models.Model):
        super().__init__(message)
        self.current = current


def hold(network: Network, *, by: User) -> Network:
    """The network as stored now, held until the transaction ends: whoever writes a part of it waits here.

    PostgreSQL locks the row; SQLite's transactions of ours wait for each other as a whole. So what is checked after
    this call still holds when it is written. Raises ``NotKeeperError``.
    """
    if not by.has_perm("networks.keep_network", network):
        raise NotKeeperError("ท่านไม่ได้เป็นผู้ดูแลเครือข่ายนี้ ผู้ที่แก้ไขได้คือศึกษานิเทศก์ของเขตพื้นที่ และประธานหรือผู้ประสานงานของเครือข่าย")
    return Network.objects.select_for_update().get(pk=network.pk)


def write(obj: Any, *, by: User) -> None:
    """Save what is whole, with its author in the history. Raises ``NetworkRefusedError`` with all that is wrong."""
    try:
        obj.full_clean()
    except ValidationError as error:
        raise NetworkRefusedError(" ".join(error.messages)) from error
    author(obj, by)
    obj.save()


def author(obj: Any, by: User) -> None:
    """Whose deed the next line of the record's history is."""
    obj._history_user = by


def stamp(obj: models.Model, fields: tuple[str, ...], *rows: Any) -> str:
    """Equal for two readings of a record between which none of the fields, and of the rows beside it, changed."""
    return stamp_of([*(obj.serializable_value(name) for name in fields), *rows])


def require_unchanged(current: models.Model, fields: tuple[str, ...], seen: str) -> None:
    """Raises ``ChangedMeanwhileError`` where the record is not as the person's page showed it; "" asks nothing."""
    if seen and seen != stamp(current, fields):
        raise ChangedMeanwhileError(
            "ขณะที่ท่านแก้ไข มีผู้อื่นบันทึกรายการนี้ไปก่อนแล้ว ข้อความของท่านยังไม่ได้บันทึก โปรดตรวจสอบแล้วกดบันทึกอีกครั้งหากยืนยัน", current
        )


def require_within(network: Network, first, last, *, what: str) -> None:
    """Raises ``NetworkRefusedError`` where the days reach beyond those of the network."""
    if first < network.started_on:
        raise NetworkRefusedError(
            f"วันเริ่ม{what}อยู่ก่อนวันเริ่มของเครือข่าย ({short_date(network.started_on)}) โปรดระบุตั้งแต่วันนั้นเป็นต้นไป"
        )
    if network.ended_on and (first > network.ended_on or last is None or last > network.ended_on):
        raise NetworkRefusedError(
            f"เครือข่ายนี้สิ้นสุด {short_date(network.ended_on)} โปรดระบุวันสิ้นสุด{what}ไม่เกินวันนั้น หรือแก้วันสิ้นสุดของเครือข่ายก่อน"
        )
