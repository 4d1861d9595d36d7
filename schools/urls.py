"""Addresses of the register. Numbers come after words, so that no name is taken for a school."""

from django.urls import path

from schools import views

app_name = "schools"
urlpatterns = [
    path("", views.school_list, name="school-list"),
    path("export.<str:kind>", views.school_export, name="school-export"),
    path("<int:pk>/", views.school_detail, name="school-detail"),
    path("<int:pk>/edit/", views.school_edit, name="school-edit"),
    path("<int:pk>/close/", views.school_close, name="school-close"),
    path("<int:pk>/merge/", views.school_merge, name="school-merge"),
    path("groups/", views.group_list, name="group-list"),
    path("groups/new/<int:area_pk>/", views.group_new, name="group-new"),
    path("groups/<int:pk>/", views.group_edit, name="group-edit"),
    path("groups/<int:pk>/delete/", views.group_delete, name="group-delete"),
    path("results/", views.result_list, name="result-list"),
    path("imports/", views.import_list, name="import-list"),
    path("imports/new/", views.import_new, name="import-new"),
    path("imports/template/<str:kind>.csv", views.import_template, name="import-template"),
    path("imports/<int:pk>/", views.import_detail, name="import-detail"),
    path("imports/<int:pk>/confirm/", views.import_confirm, name="import-confirm"),
    path("imports/<int:pk>/cancel/", views.import_cancel, name="import-cancel"),
    path("imports/<int:pk>/refused.csv", views.import_refused, name="import-refused"),
]
