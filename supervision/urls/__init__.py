"""Addresses of supervision: plans, visits, recommendations."""

from supervision.urls import plans, recommendations, visits

app_name = "supervision"
urlpatterns = [*plans.urlpatterns, *visits.urlpatterns, *recommendations.urlpatterns]
