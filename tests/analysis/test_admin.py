"""The administrator sees what was done in the background and why something was not, in Thai, and changes nothing."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.supervision.factories import make_user


@pytest.mark.django_db
def test_a_failed_file_is_found_in_thai(client):
    client.force_login(make_user("ผู้ดูแล", is_staff=True, is_superuser=True))
    work = DBTaskResult.objects.create(
        task_path="analysis.exports.jobs.make",
        args_kwargs={"args": [], "kwargs": {}},
        backend_name="default",
        status="FAILED",
        run_after=timezone.now(),
        exception_class_path="builtins.OSError",
        traceback="OSError: ที่เก็บไฟล์เต็ม",
    )

    listed = client.get(reverse("admin:django_tasks_database_dbtaskresult_changelist")).content.decode()
    opened = client.get(reverse("admin:django_tasks_database_dbtaskresult_change", args=[work.pk])).content.decode()

    assert "งานเบื้องหลัง" in listed
    assert "ไม่สำเร็จ" in listed
    assert "Task Result" not in listed
    assert "ที่เก็บไฟล์เต็ม" in opened
