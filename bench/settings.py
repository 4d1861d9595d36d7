"""The product's own settings as on a server (no debugging), with a bare view beside its pages."""

from config.settings import *  # noqa: F403
from config.settings import TEMPLATES, VAR_DIR

DEBUG = False
ALLOWED_HOSTS = ["*"]
SECRET_KEY = "for-the-benchmark-only"
ROOT_URLCONF = "bench.urls"
MEDIA_ROOT = VAR_DIR / "bench-media"
AXES_ENABLED = False
SECURE_SSL_REDIRECT = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
TEMPLATES[0]["DIRS"].append(VAR_DIR.parent / "bench" / "templates")
BARE_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
