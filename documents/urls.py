"""Addresses of what an office says and looks like on paper."""

from django.urls import path

from documents import views

app_name = "documents"
urlpatterns = [
    path("wording/", views.wording_list, name="wording-list"),
    path("wording/<int:area_pk>/<slug:code>/", views.wording_edit, name="wording-edit"),
    path("wording/<int:area_pk>/<slug:code>/preview/", views.wording_preview, name="wording-preview"),
    path("fonts/<int:area_pk>/", views.fonts, name="fonts"),
    path("fonts/<int:area_pk>/sample.pdf", views.font_sample, name="font-sample"),
    path("fonts/<int:area_pk>/<slug:face>/drop/", views.font_drop, name="font-drop"),
]
