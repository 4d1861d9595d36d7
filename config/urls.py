"""The address book. Every page is closed to strangers unless its view says that it is open."""

from django.contrib import admin
from django.urls import include, path

from accounts.views import menu
from config.views import healthz
from reports.views import home

urlpatterns = [
    path("", home, name="home"),
    path("menu/", menu, name="menu"),
    path("account/", include("accounts.urls")),
    path("notices/", include("workflows.urls")),
    path("schools/", include("schools.urls")),
    path("instruments/", include("instruments.urls")),
    path("builder/", include("builder.urls")),
    path("surveys/", include("surveys.urls")),
    path("appraisal/", include("appraisal.urls")),
    path("analysis/", include("analysis.urls")),
    path("handbook/", include("handbook.urls")),
    path("certificates/", include("certificates.urls")),
    path("correspondence/", include("correspondence.urls")),
    path("documents/", include("documents.urls")),
    path("supervision/", include("supervision.urls")),
    path("networks/", include("networks.urls")),
    path("cycles/", include("cycles.urls")),
    path("reminders/", include("reminders.urls")),
    path("reports/", include("reports.urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
]
