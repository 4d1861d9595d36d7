from django.urls import path

from instruments import views

app_name = "instruments"
urlpatterns = [
    path("", views.instrument_list, name="instrument-list"),
    path("<int:pk>/", views.instrument_detail, name="instrument-detail"),
    path("versions/<int:pk>/", views.version_detail, name="version-detail"),
    path("versions/<int:pk>/blank.pdf", views.version_blank, name="version-blank"),
]
