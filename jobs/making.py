"""Verbs of files that people ask for: ask for one, write it now or in the background, cancel it, sweep up.

An app says what its files are made of in one subclass of ``Making``, registered by ``files``.
"""

import errno
import hashlib
import logging
import tempfile
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import IO, Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from accounts.models import User
from jobs.models import KEPT, MadeFile
from workflows.services import tell

logger = logging.getLogger(__name__)

UNFINISHED_AT_A_TIME = 3
ATTEMPTS = 3
BEAT = 1.0
"""Seconds between two notes of how far it is."""
_LATE = "การเขียนไฟล์หยุดไปกลางคันหลายครั้ง โปรดลองขอเฉพาะส่วนที่เล็กลง หรือแจ้งผู้ดูแลระบบให้ตรวจตัวทำงานเบื้องหลัง"

Beat = Callable[[int, int], None]


class FileRefused(Exception):  # noqa: N818 -- a refusal, not a fault
    """The file can't be asked for, written or had; the message is a Thai sentence."""


class Stopped(Exception):  # noqa: N818 -- the ordinary end of what was cancelled
    """The job was cancelled, or another attempt has taken its place."""


class Making(ABC):
    """What one kind of file is, and how it is written."""

    model: Any
    label: str
    """What the person is told is ready."""
    unit: str
    """What is counted while it is written."""
    smaller: str
    """How to ask for less, at the end of a refusal."""
    none = "ไม่มีข้อมูลสำหรับไฟล์นี้"
    """What is said where it would be empty."""
    at_once: int
    """Up to so many units a file is written while the person waits."""
    in_the_page: int
    """Up to so many it may be written in the page where no worker is there: about ten seconds."""

    @abstractmethod
    def may(self, user: User, job: Any) -> bool:
        """Whether the person may still have this file."""

    def may_make(self, user: User, job: Any) -> bool:
        """Whether the person may make what the file is of, and so decide on a file that somebody else asked for."""
        return False

    @abstractmethod
    def count(self, job: Any) -> int:
        """How many units it will be."""

    @abstractmethod
    def write(self, job: Any, target: IO[bytes], beat: Beat) -> int:
        """Write the file and answer how many units were written; calls ``beat(done, total)`` on the way.

        Raises ``FileRefused`` where it can't be made.
        """

    def is_small(self, job: Any) -> bool:
        """Whether it is written while the person waits."""
        return job.total <= self.at_once

    @abstractmethod
    def facts(self, job: Any) -> list[tuple[str, str]]:
        """[(label, text)] of what was chosen, for its page."""

    @abstractmethod
    def filename(self, job: Any) -> str:
        """The name under which it is saved."""

    # -- Asking ----------------------------------------------------------------------------------------------------

    def check_right(self, user: User, job: Any) -> None:
        """Raises PermissionDenied where the person may not (or no longer) have what it is made of."""
        if not self.may(user, job):
            raise PermissionDenied(self.label)

    def ask_for(self, job: Any) -> Any:
        """The file of this asking: ``job``, unsaved, or the one that the first of two clicks made.

        A small one is finished when this returns; a larger one waits for the worker.
        """
        self.check_right(job.by, job)
        self.sweep()
        if earlier := self.model.objects.filter(by=job.by, ask=job.ask).first():
            return earlier
        self._check_limit(job.by)
        job.total = self.count(job)
        if not job.total:
            raise FileRefused(self.none)
        job.beat_at = timezone.now()
        values = {f.attname: getattr(job, f.attname) for f in job._meta.concrete_fields if not f.primary_key}
        by, ask = values.pop("by_id"), values.pop("ask")
        job, created = self.model.objects.get_or_create(by_id=by, ask=ask, defaults=values)
        if created:
            self._start(job)
        return job

    def _check_limit(self, by: User) -> None:
        if self.model.objects.filter(by=by).unfinished().count() >= UNFINISHED_AT_A_TIME:
            raise FileRefused(
                f"มีไฟล์ที่กำลังทำอยู่ {UNFINISHED_AT_A_TIME} ไฟล์แล้ว โปรดรอให้เสร็จ หรือยกเลิกไฟล์ที่ไม่ต้องการก่อนขอไฟล์ใหม่"
            )

    def made(self, **of: Any) -> Any:
        """The finished file of these facts, where the store still has it; None where it has to be made."""
        done = self.model.objects.filter(**of, status=MadeFile.DONE)
        return next((made for made in done if made.file.storage.exists(made.file.name or "")), None)

    def ask_once(self, *, by: User, **of: Any) -> Any:
        """The file of these facts where it is not ``made``: being made, or begun now; asking twice is asking once,
        whoever asks. Where the person's own failed or was cancelled, that one, which can be begun again.

        Raises ``FileRefused`` or PermissionDenied.
        """
        files_of = self.model.objects.filter(**of)
        if being_made := files_of.unfinished().first():
            return being_made
        if over := files_of.filter(by=by).exclude(status=MadeFile.DONE).first():
            if over.status == MadeFile.GONE:
                self.try_again(over, by=by)
            return over
        facts = [getattr(value, "pk", value) for value in of.values()]
        ask = uuid.uuid5(uuid.NAMESPACE_OID, ":".join(map(str, facts)))
        if self.model.objects.filter(by=by, ask=ask).exists():
            ask = uuid.uuid4()  # what was made of it is lost, or became another while it was written
        return self.ask_for(self.model(**of, by=by, ask=ask))

    def _start(self, job: Any) -> None:
        if self.is_small(job):
            self.run(job.pk)
            job.refresh_from_db()
        else:
            self._enqueue(job.pk)

    def _enqueue(self, pk: int) -> None:
        transaction.on_commit(partial(make_file.enqueue, self.model._meta.label_lower, pk))

    def run_here(self, job: Any, *, by: User) -> None:
        """Write a waiting file while the person waits, where no worker does."""
        self.check_right(by, job)
        if job.total > self.in_the_page:
            raise FileRefused(
                f"ไฟล์นี้มี {job.total:,} {self.unit} มากเกินกว่าจะทำในหน้านี้ โปรดแจ้งผู้ดูแลระบบให้เปิดตัวทำงานเบื้องหลัง "
                f"หรือ{self.smaller}"
            )
        self.run(job.pk)

    def may_cancel(self, user: User, job: Any) -> bool:
        """Whoever only sees a file that others wait for does not stop it."""
        return job.by_id == user.pk or self.may_make(user, job)

    def cancel(self, job: Any, *, by: User) -> None:
        """Stop it where it is. What was written so far is thrown away by whoever writes it."""
        self.check_right(by, job)
        if not self.may_cancel(by, job):
            raise FileRefused(
                f"ท่านยกเลิกไฟล์นี้ไม่ได้ ผู้ที่ยกเลิกได้คือ {job.by} ซึ่งเป็นผู้ขอ และผู้ที่จัดทำ{self.label}ได้ โปรดรอจนไฟล์พร้อม หรือแจ้งผู้ขอ"
            )
        unfinished = self.model.objects.filter(pk=job.pk).unfinished()
        if not unfinished.update(status=MadeFile.CANCELLED, finished_at=timezone.now()):
            raise FileRefused("ไฟล์นี้ไม่ได้อยู่ระหว่างทำแล้ว จึงยกเลิกไม่ได้")

    def try_again(self, job: Any, *, by: User) -> None:
        """Begin again what failed or was cancelled, or write anew what was deleted after its time.

        It counts as the file of whoever asked for it. Raises ``FileRefused`` where that person has enough on the way.
        """
        self.check_right(by, job)
        self.sweep()
        over = self.model.objects.filter(
            pk=job.pk, status__in=(MadeFile.FAILED, MadeFile.CANCELLED, MadeFile.GONE)
        )  # fmt: skip
        if not over.exists():
            return  # the second of two clicks
        self._check_limit(job.by)
        now = timezone.now()
        again = {"status": MadeFile.WAITING, "done": 0, "message": "", "created_at": now, "beat_at": now}
        if over.update(**again, total=self.count(job), finished_at=None):
            job.refresh_from_db()
            self._start(job)

    # -- Writing ---------------------------------------------------------------------------------------------------

    def run(self, pk: int, *, told: bool = False) -> None:
        """Write the file that waits; ``told``: send the person a notice when it is ready.

        Whoever takes it from waiting to running writes it, nobody else. Only a whole file is ever handed out.
        """
        taken = self.model.objects.filter(pk=pk, status=MadeFile.WAITING).update(
            status=MadeFile.RUNNING, attempt=F("attempt") + 1, beat_at=timezone.now(), done=0, message=""
        )
        if not taken:
            return
        job = self.model.objects.select_related("by").get(pk=pk)
        mine = self.model.objects.filter(pk=pk, status=MadeFile.RUNNING, attempt=job.attempt)
        try:
            self.check_right(job.by, job)
            self._write(job, mine)
        except Stopped:
            return
        except FileRefused as refusal:
            _fail(mine, str(refusal))
        except PermissionDenied:
            _fail(mine, "ผู้ขอไม่มีสิทธิ์รับข้อมูลของไฟล์นี้แล้ว หากยังต้องใช้โปรดติดต่อผู้ดูแลระบบเพื่อขอบทบาท")
        except OSError as error:
            logger.exception("%s %s", self.model._meta.label, pk)
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            _fail(mine, "เนื้อที่เก็บไฟล์ของระบบเต็ม โปรดแจ้งผู้ดูแลระบบแล้วลองใหม่" if full else _unexpected())
        except Exception:
            logger.exception("%s %s", self.model._meta.label, pk)
            _fail(mine, _unexpected())
        except BaseException:  # the worker is told to end now: the next one begins again
            self._requeue(mine)
            raise
        if told:
            self._tell(pk)

    def _write(self, job: Any, mine) -> None:
        with tempfile.NamedTemporaryFile(suffix=f".{job.extension}") as target:
            written = self.write(job, target, _beating(mine))
            target.seek(0)
            digest = hashlib.file_digest(cast("Any", target), "sha256").hexdigest()
            size = target.tell()
            job.file.save(f"{uuid.uuid4().hex}.{job.extension}", File(target), save=False)
        finished = mine.update(
            status=MadeFile.DONE, file=job.file.name, size=size, sha256=digest, total=written, done=written,
            finished_at=timezone.now(),
        )  # fmt: skip
        if not finished:
            job.file.delete(save=False)
            raise Stopped

    def _tell(self, pk: int) -> None:
        job = self.model.objects.select_related("by").get(pk=pk)
        if ended := {MadeFile.DONE: "พร้อมแล้ว", MadeFile.FAILED: "ทำไม่สำเร็จ"}.get(job.status):
            tell([job.by], f"{self.label}{ended}: {job}", job.get_absolute_url())

    # -- Sweeping up -----------------------------------------------------------------------------------------------

    def sweep(self) -> tuple[int, int]:
        """(files begun again because their worker died, files deleted because their time is over)."""
        begun = self._requeue(self.model.objects.dead())
        deleted = 0
        for job in self.model.objects.filter(status=MadeFile.DONE, finished_at__lt=timezone.now() - KEPT):
            if self.model.objects.filter(pk=job.pk, status=MadeFile.DONE).update(status=MadeFile.GONE, file=""):
                job.file.delete(save=False)
                deleted += 1
        return begun, deleted

    def _requeue(self, running) -> int:
        begun = 0
        for pk, attempt in running.values_list("pk", "attempt"):
            mine = self.model.objects.filter(pk=pk, status=MadeFile.RUNNING, attempt=attempt)
            if attempt >= ATTEMPTS:
                _fail(mine, _LATE)
            elif mine.update(status=MadeFile.WAITING, beat_at=timezone.now()):
                self._enqueue(pk)
                begun += 1
        return begun


def _unexpected() -> str:
    return "เขียนไฟล์ไม่สำเร็จเพราะระบบขัดข้อง ไม่มีข้อมูลใดเสียหาย โปรดลองใหม่ หากยังไม่สำเร็จโปรดแจ้งผู้ดูแลระบบ"


def _fail(mine, message: str) -> None:
    mine.update(status=MadeFile.FAILED, message=message, finished_at=timezone.now())


def _beating(mine) -> Beat:
    last = time.monotonic()

    def beat(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last < BEAT:
            return
        last = time.monotonic()
        if not mine.update(done=done, total=total, beat_at=timezone.now()):
            raise Stopped

    return beat


# -- The register of kinds -----------------------------------------------------------------------------------------

M = TypeVar("M", bound=Making)
_kinds: dict[str, Making] = {}


def files(making: M) -> M:
    """Register the one instance of a kind, by which the background finds it."""
    _kinds[making.model._meta.label_lower] = making
    return making


def every_kind() -> list[Making]:
    return list(_kinds.values())


@task()
def make_file(kind: str, pk: int) -> None:
    """The background's part; does nothing for a file that is written, cancelled or being written already."""
    making = _kinds[kind]
    making.sweep()
    making.run(pk, told=True)
