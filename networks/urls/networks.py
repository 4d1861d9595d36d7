from django.urls import path

from networks.views import directory, imports, members
from networks.views import networks as views

urlpatterns = [
    path("", views.network_list, name="network-list"),
    path("new/", views.network_create, name="network-create"),
    path("directory/", directory.directory, name="directory"),
    path("directory/pdf/", directory.directory_pdf, name="directory-pdf"),
    path("directory/xlsx/", directory.directory_xlsx, name="directory-xlsx"),
    path("<int:pk>/", views.network_detail, name="network-detail"),
    path("<int:pk>/report/", views.network_report, name="network-report"),
    path("<int:pk>/edit/", views.network_edit, name="network-edit"),
    path("<int:pk>/members/new/", members.member_add, name="member-add"),
    path("<int:pk>/members/import/", imports.member_import, name="member-import"),
    path("<int:pk>/members/import/template/", imports.member_import_template, name="member-import-template"),
    path("<int:pk>/members/import/<int:job_pk>/", imports.member_import_detail, name="member-import-detail"),
    path("<int:pk>/members/import/<int:job_pk>/do/", imports.member_import_confirm, name="member-import-confirm"),
    path("<int:pk>/members/import/<int:job_pk>/cancel/", imports.member_import_cancel, name="member-import-cancel"),
    path("<int:pk>/members/<int:member_pk>/edit/", members.member_edit, name="member-edit"),
    path("<int:pk>/members/<int:member_pk>/end/", members.member_end, name="member-end"),
    path("<int:pk>/members/<int:member_pk>/remove/", members.member_remove, name="member-remove"),
    path("<int:pk>/pairs/new/", members.pair_add, name="pair-add"),
    path("<int:pk>/pairs/<int:pair_pk>/edit/", members.pair_edit, name="pair-edit"),
    path("<int:pk>/documents/new/", members.agreement_add, name="agreement-add"),
    path("<int:pk>/documents/<uuid:uuid>/", members.agreement_file, name="agreement-file"),
    path("<int:pk>/documents/<uuid:uuid>/remove/", members.agreement_remove, name="agreement-remove"),
]
