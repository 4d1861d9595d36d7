from django.urls import path

from networks.views import evaluation as views
from networks.views import scores

urlpatterns = [
    path("scores/", scores.scores_list, name="scores-list"),
    path("scores/<slug:file>/", scores.scores_export, name="scores-export"),
    path("<int:pk>/scores/", scores.network_scores, name="network-scores"),
    path("<int:pk>/scores/pdf/", scores.network_scores_pdf, name="network-scores-pdf"),
    path("evaluations/", views.evaluation_list, name="evaluation-list"),
    path("evaluations/new/", views.evaluation_new, name="evaluation-new"),
    path("evaluations/rule/", views.evaluation_rule, name="evaluation-rule"),
    path("evaluations/<int:pk>/", views.evaluation_detail, name="evaluation-detail"),
    path("evaluations/<int:pk>/do/<slug:name>/", views.evaluation_transition, name="evaluation-transition"),
    path("evaluations/<int:pk>/confirm/", views.evaluation_confirm, name="evaluation-confirm"),
    path("evaluations/<int:pk>/edit/", views.evaluation_edit, name="evaluation-edit"),
    path("evaluations/<int:pk>/directions/", views.direction_add, name="direction-add"),
    path("evaluations/<int:pk>/directions/<int:direction_pk>/", views.direction_edit, name="direction-edit"),
    path("evaluations/<int:pk>/form/", views.evaluation_fill, name="evaluation-fill"),
    path("evaluations/<int:pk>/form/save/", views.evaluation_fill_save, name="evaluation-fill-save"),
    path("evaluations/<int:pk>/form/pdf/", views.evaluation_pdf, name="evaluation-pdf"),
    path("evaluations/<int:pk>/form/changes/", views.evaluation_fill_changes, name="evaluation-fill-changes"),
    path("evaluations/<int:pk>/form/files/", views.evaluation_file_add, name="evaluation-file-add"),
    path("evaluations/<int:pk>/form/files/<uuid:uuid>/", views.evaluation_file, name="evaluation-file"),
    path(
        "evaluations/<int:pk>/form/files/<uuid:uuid>/thumb/",
        views.evaluation_file,
        {"thumb": True},
        name="evaluation-file-thumb",
    ),
]
