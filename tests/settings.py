"""Settings for tests: the product's own, with a fast password hasher, mail in memory and files in a temporary folder."""

import tempfile

from config.settings import *  # noqa: F403
from config.settings import VAR_DIR

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# One process: its cache may hold sessions, as a shared cache does on a server.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
MEDIA_ROOT = tempfile.mkdtemp(prefix="media-", dir=VAR_DIR)
AXES_ENABLED = False
# Static files come from where they lie: no collected folder is needed, and nothing is scanned for each test client.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
# Background work is done at once, before the answer.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
