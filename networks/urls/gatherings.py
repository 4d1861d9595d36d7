from collections.abc import Callable

from django.http import HttpResponse
from django.urls import path

from networks.views import activities, attendance, certificates, meetings

_DOOR: list[tuple[str, Callable[..., HttpResponse], str]] = [
    ("attendance/", attendance.attendance, "attendance"),
    ("attendance/pdf/", attendance.attendance_pdf, "attendance-pdf"),
    ("attendance/add/", attendance.walk_in, "walk-in"),
    ("invite/", attendance.invite_people, "invite"),
    ("invite/<int:row_pk>/remove/", attendance.invite_remove, "invite-remove"),
    ("qr/", attendance.qr, "qr"),
    ("qr.svg", attendance.qr_image, "qr-image"),
    ("qr/renew/", attendance.qr_renew, "qr-renew"),
]

urlpatterns = [
    path("meetings/", meetings.meeting_list, name="meeting-list"),
    path("meetings/new/", meetings.meeting_create, name="meeting-create"),
    path("meetings/<int:pk>/", meetings.meeting_detail, name="meeting-detail"),
    path("meetings/<int:pk>/edit/", meetings.meeting_edit, name="meeting-edit"),
    path("meetings/<int:pk>/agenda/", meetings.meeting_agenda, name="meeting-agenda"),
    path("meetings/<int:pk>/minutes/", meetings.meeting_minutes, name="meeting-minutes"),
    path(
        "meetings/<int:pk>/minutes.pdf", meetings.meeting_pdf, {"kind": "network-minutes"}, name="meeting-minutes-pdf"
    ),
    path(
        "meetings/<int:pk>/invitation.pdf", meetings.meeting_pdf, {"kind": "network-invitation"},
        name="meeting-invitation-pdf",
    ),
    path("meetings/<int:pk>/do/<slug:name>/", meetings.meeting_transition, name="meeting-transition"),
    *[path(f"meetings/<int:pk>/{end}", view, {"word": "meeting"}, name=f"meeting-{name}") for end, view, name in _DOOR],
    path("activities/", activities.activity_list, name="activity-list"),
    path("activities/new/", activities.activity_create, name="activity-create"),
    path("activities/<int:pk>/", activities.activity_detail, name="activity-detail"),
    path("activities/<int:pk>/edit/", activities.activity_edit, name="activity-edit"),
    path("activities/<int:pk>/report/", activities.activity_report, name="activity-report"),
    path("activities/<int:pk>/do/<slug:name>/", activities.activity_transition, name="activity-transition"),
    path("activities/<int:pk>/files/", activities.activity_file_add, name="activity-file-add"),
    path("activities/<int:pk>/files/<int:file_pk>/", activities.activity_file, name="activity-file"),
    path(
        "activities/<int:pk>/files/<int:file_pk>/caption/", activities.activity_file_caption,
        name="activity-file-caption",
    ),
    path(
        "activities/<int:pk>/files/<int:file_pk>/delete/", activities.activity_file_delete,
        name="activity-file-delete",
    ),
    *[
        path(f"activities/<int:pk>/{end}", view, {"word": "activity"}, name=f"activity-{name}")
        for end, view, name in _DOOR
    ],
    path("meetings/<int:pk>/certificates/", certificates.meeting_certificates, name="meeting-certificates"),
    path("activities/<int:pk>/certificates/", certificates.activity_certificates, name="activity-certificates"),
    path("<int:pk>/certificates/", certificates.network_certificates, name="network-certificates"),
    path("check-in/<str:token>/", attendance.check_in_page, name="check-in"),
]  # fmt: skip
