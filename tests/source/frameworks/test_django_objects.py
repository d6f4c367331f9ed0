"""Views that are objects, middleware that resolves the path by itself, and permissions that leave details to their object."""

from pathlib import Path

from assay.source.scan import scan

URLS = """
from django.contrib.auth.decorators import login_required
from django.contrib.syndication.views import Feed
from django.http import HttpResponse
from django.urls import path
from elsewhere import Preview
class News(Feed):
    title = "News"
class Draft(Preview): pass
class Board:
    def __init__(self, name): self.name = name
    def __call__(self, request, pk):
        if not request.user.is_authenticated: return HttpResponse(status=401)
        return self.name
urlpatterns = [
    path("news", News()),
    path("draft", Draft(None)),
    path("own/draft", login_required(Draft(None))),
    path("board/<pk>", Board("x")),
]
"""
RESOLVING = """
from django.shortcuts import redirect
from django.urls import resolve
class Gate:
    OPEN = ("login",)
    def __init__(self, get_response): self.get_response = get_response
    def __call__(self, request):
        found = resolve(request.path_info)
        if "inner" in found.namespaces:
            if request.user.is_anonymous and found.url_name not in self.OPEN:
                return redirect("login")
        return self.get_response(request)
"""
SPACES = """
from django.http import HttpResponse
from django.urls import include, path
def page(request): return HttpResponse("x")
inner = ([path("login", page, name="login"), path("desk", page, name="desk")], "inner")
urlpatterns = [path("front", page, name="front"), path("inner/", include(inner))]
"""
PERMITTED = """
from django.contrib.auth.models import User
from rest_framework import permissions, routers, viewsets
class Allowed(permissions.BasePermission):
    def has_permission(self, request, view): return self.allowed(request, view, None)
    def has_object_permission(self, request, view, obj): return self.allowed(request, view, obj)
    def allowed(self, request, view, obj):
        if view.detail and not obj:
            return True
        return request.user.has_perm("shop.change_user", obj)
class People(viewsets.ModelViewSet):
    queryset = User.objects.all()
    permission_classes = [Allowed]
router = routers.SimpleRouter()
router.register("people", People)
urlpatterns = router.urls
"""


def served(root: Path, urls: str, middleware: str = "") -> set[str]:
    """What a project answers, and what it asks for."""
    settings = 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["rest_framework"]\nMIDDLEWARE = ["shop.gate.Gate"]\n'
    (root / "shop").mkdir()
    for name, text in (("settings", settings), ("urls", urls), ("gate", middleware), ("__init__", "")):
        (root / f"shop/{name}.py").write_text(text, "utf-8")
    return {f"{endpoint.name} {endpoint.authorization}" for endpoint in scan(root).inventory.endpoints}


def test_an_object_of_a_class_is_a_view_by_its_own_call_or_that_of_a_base_from_outside(tmp_path: Path) -> None:
    """A feed answers everybody; what an unknown base does is not known; a decorator around it holds."""
    assert served(tmp_path, URLS) == {
        "GET /news public",
        "ANY /draft unknown",
        "ANY /own/draft authenticated",
        "GET /board/{pk} authenticated",
    }


def test_middleware_that_resolves_the_path_is_asked_about_the_route_of_that_path(tmp_path: Path) -> None:
    """Its namespaces and its name decide whom it refuses."""
    found = served(tmp_path, SPACES, RESOLVING)
    assert {"GET /front public", "GET /inner/login public", "GET /inner/desk authenticated"} == found


def test_a_permission_that_waits_for_the_object_of_a_detail_still_asks_for_it(tmp_path: Path) -> None:
    """The framework calls it again with the object."""
    found = served(tmp_path, PERMITTED)
    assert {name.rpartition(" ")[2] for name in found} == {"role", "object"}
