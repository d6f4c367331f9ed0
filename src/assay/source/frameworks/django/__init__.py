"""Django, Django REST framework and Django Ninja: URL configurations, class-based views, routers, permissions, middleware."""

from assay.plugins.framework import Framework
from assay.source.frameworks.django.reader import read
from assay.source.program import Program

FRAMEWORK: Framework[Program] = Framework(
    name="django",
    title="Django and Django REST framework",
    language="python",
    literals=(
        b"urlpatterns",
        b"ROOT_URLCONF",
        b"rest_framework",
        b"django.urls",
        b"django.views",
        b"ninja",
        b"INSTALLED_APPS",
    ),
    registrars=("NinjaAPI", "add_router"),
    read=read,
)
