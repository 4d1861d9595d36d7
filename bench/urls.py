from django.shortcuts import render
from django.urls import include, path


def bare(request):
    """What every signed-in page of any Django project costs: a session, a user, one template."""
    return render(request, "bench/bare.html", {"numbers": range(20)}, using="bare")


urlpatterns = [path("bare/", bare), path("", include("config.urls"))]
