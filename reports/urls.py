from django.urls import include, path

from jobs.pages import file_urls
from reports import views
from reports.dossiers import views as dossier_views
from reports.dossiers.making import dossiers

app_name = "reports"
urlpatterns = [
    path("", views.summary, name="summary"),
    path("export/<slug:what>.<slug:form>", views.export, name="export"),
    path("dossiers/", dossier_views.dossier_list, name="dossier-list"),
    path("dossiers/new/<slug:kind>/<int:pk>/", dossier_views.dossier_new, name="dossier-new"),
    path(
        "dossiers/",
        include(file_urls(dossiers, dossier_views.own_dossiers, name="dossier", back=("dossier-list", "แฟ้มหลักฐาน"))),
    ),
]
