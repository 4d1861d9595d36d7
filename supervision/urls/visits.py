from django.urls import path

from supervision.views import visit_fill as fill
from supervision.views import visit_media as media
from supervision.views import visits

urlpatterns = [
    path("visits/", visits.visit_list, name="visit-list"),
    path("visits/new/", visits.visit_create, name="visit-create"),
    path("visits/calendar/", visits.visit_calendar, name="visit-calendar"),
    path("visits/<int:pk>/", visits.visit_detail, name="visit-detail"),
    path("visits/<int:pk>/do/<slug:name>/", visits.visit_transition, name="visit-transition"),
    path("visits/<int:pk>/edit/", visits.visit_edit, name="visit-edit"),
    path("visits/<int:pk>/travel-report/", visits.visit_travel_report, name="visit-travel-report"),
    path("visits/<int:pk>/days/", visits.visit_reschedule, name="visit-reschedule"),
    path("visits/<int:pk>/team/", visits.visit_team, name="visit-team"),
    path("visits/<int:pk>/forms/", visits.visit_forms, name="visit-forms"),
    path("visits/<int:pk>/forms/<int:form_pk>/", fill.visit_form, name="visit-form"),
    path("visits/<int:pk>/forms/<int:form_pk>/save/", fill.visit_form_save, name="visit-form-save"),
    path("visits/<int:pk>/forms/<int:form_pk>/pdf/", fill.visit_form_pdf, name="visit-form-pdf"),
    path("visits/<int:pk>/forms/<int:form_pk>/changes/", fill.visit_form_changes, name="visit-form-changes"),
    path("visits/<int:pk>/forms/<int:form_pk>/files/", fill.visit_attachment_add, name="visit-attachment-add"),
    path("visits/<int:pk>/forms/<int:form_pk>/files/<uuid:uuid>/", fill.visit_attachment, name="visit-attachment"),
    path(
        "visits/<int:pk>/forms/<int:form_pk>/files/<uuid:uuid>/thumb/",
        fill.visit_attachment,
        {"thumb": True},
        name="visit-attachment-thumb",
    ),
    path("visits/<int:pk>/photos/", media.visit_photo_add, name="visit-photo-add"),
    path("visits/<int:pk>/photos/<int:photo_pk>/", media.visit_photo, name="visit-photo"),
    path("visits/<int:pk>/photos/<int:photo_pk>/caption/", media.visit_photo_caption, name="visit-photo-caption"),
    path("visits/<int:pk>/photos/<int:photo_pk>/delete/", media.visit_photo_delete, name="visit-photo-delete"),
    path("visits/<int:pk>/sign/", media.visit_sign, name="visit-sign"),
    path("visits/<int:pk>/signatures/<slug:side>/", media.visit_signature, name="visit-signature"),
]
