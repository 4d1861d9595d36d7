from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.summary, name="summary"),
    path("export/<slug:what>.<slug:form>", views.export, name="export"),
]
