"""Who was asked to a meeting or an activity of networks, and who came."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from thai.text import name_sort_key, search_key, split_name


def name_key(name: str) -> str:
    """What two ways of writing one person's name have in common: no prefix, no spaces."""
    typed = split_name(name)
    return search_key(f"{typed.first} {typed.last}")


def place_key(place: str) -> str:
    """As ``name_key``, for a school or an organisation; “โรงเรียน” in front makes no difference."""
    return search_key(place.strip().removeprefix("โรงเรียน"))


class ParticipantQuerySet(models.QuerySet):
    def came(self):
        return self.filter(attended_at__isnull=False)

    def stayed_away(self):
        """Asked and not come."""
        return self.filter(invited=True, attended_at__isnull=True)


class Participant(models.Model):
    """One person (or a school that sends somebody) at one meeting or activity: asked, come, or both.

    ``key`` names the person within the gathering, so that checking in twice is checking in once.
    """

    class How(models.TextChoices):
        ACCOUNT = "account", "สแกน QR ด้วยบัญชี"
        TYPED = "typed", "สแกน QR และพิมพ์ชื่อ"
        LIST = "list", "ผู้จัดลงชื่อให้"

    meeting = models.ForeignKey(
        "networks.Meeting", on_delete=models.CASCADE, null=True, blank=True, related_name="participants"
    )
    activity = models.ForeignKey(
        "networks.Activity", on_delete=models.CASCADE, null=True, blank=True, related_name="participants"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="บัญชี", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField("ชื่อ–สกุล", max_length=150, blank=True)
    """Empty where a school is asked to send somebody."""
    position = models.CharField("ตำแหน่ง", max_length=150, blank=True)
    school = models.ForeignKey(
        "schools.School", verbose_name="สถานศึกษา", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    organisation = models.CharField("หน่วยงาน", max_length=200, blank=True)
    key = models.CharField(max_length=450, editable=False)
    sort_key = models.CharField(max_length=500, editable=False)
    search_text = models.TextField(editable=False, default="")
    invited = models.BooleanField("ได้รับเชิญ", default=False)
    attended_at = models.DateTimeField("ลงทะเบียนเมื่อ", null=True, blank=True)
    how = models.CharField("ลงทะเบียนโดย", max_length=10, choices=How.choices, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้ลงชื่อให้", on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.CharField("หมายเหตุ", max_length=200, blank=True, help_text="เช่น มาแทน… หรือเหตุที่ไม่มา")

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = "ผู้เข้าร่วม"
        verbose_name_plural = "ผู้เข้าร่วม"
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting__isnull=False, activity__isnull=True)
                | Q(meeting__isnull=True, activity__isnull=False),
                name="participant_of_one_gathering",
            ),
            models.UniqueConstraint(fields=["meeting", "key"], name="one_participant_per_meeting_key"),
            models.UniqueConstraint(fields=["activity", "key"], name="one_participant_per_activity_key"),
        ]
        indexes = [models.Index(fields=["user", "meeting"]), models.Index(fields=["user", "activity"])]

    def __str__(self) -> str:
        return self.name or f"ผู้แทน{self.school or self.organisation}"

    @property
    def place(self) -> str:
        """School or organisation, as it is written after the name."""
        return str(self.school) if self.school_id else self.organisation

    @property
    def post(self) -> str:
        """The position as it stands beside the place: without the place again at its end."""
        post = self.position.removesuffix(self.place).rstrip() or self.position
        # The title of a head is ผู้อำนวยการโรงเรียน, also without the name of the school.
        return f"{post}โรงเรียน" if post.endswith("ผู้อำนวยการ") and self.school_id else post

    def set_keys(self) -> None:
        """Renew what says who this is, what lists sort by and what searches look in."""
        if self.user_id:
            self.key = f"u:{self.user_id}"
        elif self.name:
            self.key = f"n:{name_key(self.name)}|{place_key(self.place)}"[:450]
        else:
            self.key = f"s:{self.school_id or place_key(self.organisation)}"[:450]
        self.sort_key = name_sort_key(str(self))[:500]
        self.search_text = search_key(f"{self} {self.place} {self.position}")

    def save(self, *args, **kwargs):
        self.set_keys()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "key", "sort_key", "search_text"}
        super().save(*args, **kwargs)
