"""What gunicorn serves for the benchmark: the product, and a bare view behind the middleware of a new project."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

from django.core.wsgi import get_wsgi_application
from django.test.utils import override_settings

from bench.settings import BARE

full = get_wsgi_application()
with override_settings(**BARE):
    bare = get_wsgi_application()


def application(environ, start_response):
    return (bare if environ["PATH_INFO"] == "/bare/" else full)(environ, start_response)
