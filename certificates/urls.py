from django.urls import include, path

from certificates import public, views
from certificates.making import batch_files
from jobs.pages import file_urls

app_name = "certificates"
urlpatterns = [
    path("", views.batch_list, name="batch-list"),
    path("new/", views.batch_create, name="batch-create"),
    path("mine/", views.mine, name="mine"),
    path("<int:pk>/", views.batch_detail, name="batch-detail"),
    path("<int:pk>/edit/", views.batch_edit, name="batch-edit"),
    path("<int:pk>/do/<slug:name>/", views.batch_transition, name="batch-transition"),
    path("<int:pk>/recipients/", views.recipients_add, name="recipients-add"),
    path("<int:pk>/recipients/<int:line_pk>/", views.recipient_edit, name="recipient-edit"),
    path("<int:pk>/recipients/<int:line_pk>/remove/", views.recipient_remove, name="recipient-remove"),
    path("<int:pk>/certificates.pdf", views.batch_pdf, name="batch-pdf"),
    path("<int:pk>/file/", views.batch_file, name="batch-file"),
    path(
        "files/",
        include(file_urls(batch_files, views.own_files, name="batch-file", back=("batch-list", "เกียรติบัตร"))),
    ),
    path("c/<int:pk>/", views.certificate_detail, name="certificate-detail"),
    path("c/<int:pk>/certificate.pdf", views.certificate_pdf, name="certificate-pdf"),
    path("c/<int:pk>/revoke/", views.certificate_revoke, name="certificate-revoke"),
    path("c/<int:pk>/reissue/", views.certificate_reissue, name="certificate-reissue"),
    path("verify", public.verify_form, name="verify-form"),
    path("v/<str:token>", public.verify, name="verify"),
]
