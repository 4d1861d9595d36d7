"""Addresses of networks: who they are, and what each part adds of its own."""

from networks.urls import evaluation, gatherings, networks

app_name = "networks"
urlpatterns = [*networks.urlpatterns, *evaluation.urlpatterns, *gatherings.urlpatterns]
