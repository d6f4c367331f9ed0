"""Django, Django REST framework and Django Ninja: URL configurations, class-based views, routers, permissions, middleware."""

from assay.plugins.framework import Framework, Reading
from assay.source.program import Program


def read(program: Program) -> Reading:
    """The reading of a program; the reader is loaded when there is something to read."""
    from assay.source.frameworks.django import reader

    return reader.read(program)


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
