from django.urls import path

from supervision.views import recommendations as views

urlpatterns = [
    path("recommendations/", views.recommendation_list, name="recommendation-list"),
    path("recommendations/<int:pk>/", views.recommendation_detail, name="recommendation-detail"),
    path("recommendations/<int:pk>/plan/", views.recommendation_plan, name="recommendation-plan"),
    path("recommendations/<int:pk>/report/", views.recommendation_report, name="recommendation-report"),
    path("recommendations/<int:pk>/edit/", views.recommendation_edit, name="recommendation-edit"),
    path("recommendations/<int:pk>/remove/", views.recommendation_remove, name="recommendation-remove"),
    path("recommendations/<int:pk>/do/<slug:name>/", views.recommendation_transition, name="recommendation-transition"),
    path("recommendations/files/<uuid:uuid>/", views.recommendation_file, name="recommendation-file"),
    path("visits/<int:visit_pk>/recommendations/new/", views.recommendation_add, name="recommendation-add"),
    path(
        "visits/<int:visit_pk>/recommendations/<int:pk>/settle/",
        views.recommendation_settle,
        name="recommendation-settle",
    ),
    path(
        "visits/<int:visit_pk>/recommendations/<int:pk>/carry/", views.recommendation_carry, name="recommendation-carry"
    ),
    path("visits/<int:pk>/pdf/", views.visit_pdf, name="visit-pdf"),
]
