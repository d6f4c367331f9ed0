"""URL configurations of Django 1, and permissions that a table names by action."""

from pathlib import Path

import pytest

from assay.source.scan import scan

VIEWS = """
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
@login_required
def index(request): return HttpResponse("x")
def show(request, pk): return HttpResponse("x")
"""
TABLED = """
from django.contrib.auth.models import User
from django.urls import include, path
from rest_framework import permissions, routers, viewsets
class People(viewsets.ModelViewSet):
    queryset = User.objects.all()
    permission_classes = [permissions.IsAuthenticated]
    by_action = {"create": [permissions.AllowAny], "list": [permissions.IsAdminUser]}
    def get_permissions(self):
        try:
            return [each() for each in self.by_action[self.action]]
        except KeyError:
            return super().get_permissions()
router = routers.SimpleRouter()
router.register("people", People)
urlpatterns = router.urls
"""


def served(root: Path, urls: str) -> set[str]:
    """What a project answers, and what it asks for."""
    (root / "shop").mkdir()
    (root / "shop/settings.py").write_text('ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["rest_framework"]\n')
    (root / "shop/__init__.py").write_text("")
    (root / "shop/views.py").write_text(VIEWS)
    (root / "shop/urls.py").write_text(urls)
    return {f"{endpoint.name} {endpoint.authorization}" for endpoint in scan(root).inventory.endpoints}


@pytest.mark.parametrize(
    "patterns",
    [
        r"""patterns("shop.views", url(r"^$", "index"), (r"^things/(?P<pk>\d+)/$", "show"))""",
        r"""patterns("", url(r"^$", "shop.views.index")) + patterns("shop.views", url(r"^things/(?P<pk>\d+)/$", view="show"))""",
    ],
)
def test_patterns_with_a_prefix_of_views_are_read(tmp_path: Path, patterns: str) -> None:
    found = served(tmp_path, f"from django.conf.urls import patterns, url\nurlpatterns = {patterns}\n")
    assert found == {"GET / authenticated", "GET /things/{pk}/ public"}


def test_a_table_of_permissions_by_action_holds_for_its_actions_only(tmp_path: Path) -> None:
    found = served(tmp_path, TABLED)
    assert {"POST /people/ public", "GET /people/ role", "DELETE /people/{pk}/ authenticated"} <= found


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ('os.environ.get("DEBUG", "True") == "True"', "on"),
        ('bool(int(os.environ.get("DEBUG", 1)))', "on"),
        ('os.getenv("DEBUG", "false").lower() in ("true", "1")', "off"),
        ('bool(os.environ.get("DEBUG", "False"))', "on"),
        ('os.environ["DEBUG"] == "True"', "unknown"),
    ],
)
def test_a_switch_is_what_it_is_where_the_environment_says_nothing(tmp_path: Path, setting: str, expected: str) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/settings.py").write_text(
        f'import os\nROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["shop"]\nDEBUG = {setting}\n'
    )
    (tmp_path / "shop/urls.py").write_text("from django.urls import path\nurlpatterns = []\n")
    assert [each.value for each in scan(tmp_path).inventory.settings if each.name == "debug"] == [expected]
