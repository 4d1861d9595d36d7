import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import jobs.models


def delete_files(apps, schema_editor):
    """A file of before is made anew by whoever asks for it; nothing is lost but the waiting."""
    for made in apps.get_model("certificates", "BatchFile").objects.exclude(file=""):
        made.file.delete(save=False)


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0002_register_without_reverse"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(delete_files, migrations.RunPython.noop),
        migrations.DeleteModel(name="BatchFile"),
        migrations.CreateModel(
            name="BatchFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ask", models.UUIDField(editable=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "รอคิว"),
                            ("running", "กำลังเขียนไฟล์"),
                            ("done", "ไฟล์พร้อมแล้ว"),
                            ("failed", "ไม่สำเร็จ"),
                            ("cancelled", "ยกเลิกแล้ว"),
                            ("gone", "ลบไฟล์แล้ว"),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=10,
                        verbose_name="สถานะ",
                    ),
                ),
                ("attempt", models.PositiveIntegerField(default=0, editable=False, verbose_name="ครั้งที่")),
                ("total", models.PositiveIntegerField(default=0, editable=False, verbose_name="ทั้งหมด")),
                ("done", models.PositiveIntegerField(default=0, editable=False, verbose_name="เขียนแล้ว")),
                ("message", models.TextField(blank=True, editable=False, verbose_name="เหตุที่ไม่สำเร็จ")),
                (
                    "file",
                    models.FileField(
                        blank=True, editable=False, max_length=200, upload_to=jobs.models.file_path, verbose_name="ไฟล์"
                    ),
                ),
                ("size", models.PositiveBigIntegerField(default=0, editable=False, verbose_name="ขนาด (ไบต์)")),
                (
                    "sha256",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="ลายนิ้วมือของไฟล์"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="ขอเมื่อ"),
                ),
                ("beat_at", models.DateTimeField(editable=False, null=True, verbose_name="ความเคลื่อนไหวล่าสุด")),
                ("finished_at", models.DateTimeField(editable=False, null=True, verbose_name="เสร็จเมื่อ")),
                ("made_of", models.CharField(editable=False, max_length=40)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="certificates.batch",
                        verbose_name="ชุดเกียรติบัตร",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ผู้ขอ",
                    ),
                ),
            ],
            options={
                "verbose_name": "ไฟล์เกียรติบัตรทั้งชุด",
                "verbose_name_plural": "ไฟล์เกียรติบัตรทั้งชุด",
                "ordering": ["-pk"],
                "abstract": False,
                "indexes": [models.Index(fields=["status", "beat_at"], name="batchfile_by_status")],
                "constraints": [models.UniqueConstraint(fields=("by", "ask"), name="one_batchfile_per_ask")],
            },
        ),
    ]
