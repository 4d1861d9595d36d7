"""The product's own settings as on a server (no debugging), with a bare view beside its pages."""

from config.settings import *  # noqa: F403
from config.settings import BASE_DIR, TEMPLATES, VAR_DIR

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
# What `django-admin startproject` gives: its middleware, its session in the database, its context processors.
TEMPLATES += [
    {
        "NAME": "bare",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "bench" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
BARE = {
    "SESSION_ENGINE": "django.contrib.sessions.backends.db",
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
}
