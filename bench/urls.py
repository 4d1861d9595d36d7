from django.shortcuts import render
from django.urls import include, path


def bare(request):
    """What every signed-in page costs at least: a session, a user, one template."""
    return render(request, "bench/bare.html", {"user": request.user, "numbers": range(20)})


urlpatterns = [path("bare/", bare), path("", include("config.urls"))]
