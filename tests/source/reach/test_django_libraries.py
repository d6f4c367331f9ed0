"""Views of libraries of accounts, routers at the empty prefix, codes that are sent and verified."""

from pathlib import Path

import pytest
from tests.source.reach.test_django_belonging import laid_out

from assay.model.program import Inventory
from assay.model.verdict import Outcome
from assay.rules.limits.unlimited_tries import RULE
from assay.source.scan import scan

VIEWSET = """
from django.urls import include
class Orders(viewsets.{base}):
    queryset = Order.objects.all()
router = DefaultRouter()
router.register({prefix!r}, Orders)
urlpatterns = [path("orders/", include(router.urls))]
"""
NINJA = """
from django.urls import path
from ninja import Router
from ninja_extra import NinjaExtraAPI
from ninja_jwt.authentication import AsyncJWTAuth
from ninja_jwt.controller import NinjaJWTDefaultController
router = Router(auth=AsyncJWTAuth())
@router.get("/")
async def tasks(request):
    return []
api = NinjaExtraAPI()
api.register_controllers(NinjaJWTDefaultController)
api.add_router("tasks/", router)
urlpatterns = [path("api/", api.urls)]
"""
CODES = """
from rest_framework.response import Response
from rest_framework.views import APIView
class Go(APIView):
    permission_classes = []
    def post(self, request):
        order = Order.objects.get(pk=request.data["order"])
        if request.data["it"] != order.{field}:
            return Response(status=400)
        return Response()
urlpatterns = [path("{where}/", Go.as_view())]
"""


def served(inventory: Inventory) -> set[str]:
    """The names of endpoints with what they ask for."""
    return {f"{endpoint.name} {endpoint.authorization}" for endpoint in inventory.endpoints}


def of_library(root: Path, included: str) -> Inventory:
    """A project that includes the routes of a library."""
    (root / "shop").mkdir()
    (root / "shop/settings.py").write_text(
        'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["django.contrib.auth", "rest_framework"]\n'
        'REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}\n'
    )
    (root / "shop/urls.py").write_text(
        f'from django.urls import include, path\nurlpatterns = [path("auth/", include("{included}"))]\n'
    )
    return scan(root).inventory


def limitless(inventory: Inventory) -> dict[str, str]:
    """What can be tried without limit, and how sure that is."""
    failed = [verdict for verdict in RULE.judge(inventory) if verdict.outcome is Outcome.FAIL]
    return {verdict.message.partition(",")[0]: str(verdict.confidence) for verdict in failed}


def test_the_schemes_and_the_controller_of_ninja_jwt_are_known(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/settings.py").write_text('ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["ninja_extra"]\n')
    (tmp_path / "shop/urls.py").write_text(NINJA)
    inventory = scan(tmp_path).inventory
    assert {"GET /api/tasks/ authenticated", "POST /api/token/pair public"} <= served(inventory)
    assert limitless(inventory) == {"POST /api/token/pair signs a caller in": "firm"}


def test_views_of_a_library_answer_what_the_library_says(tmp_path: Path) -> None:
    found = served(of_library(tmp_path, "dj_rest_auth.urls"))
    assert {
        "POST /auth/login/ public",
        "POST /auth/logout/ public",
        "POST /auth/password/change/ authenticated",
    } <= found
    assert not any(name.startswith("GET /auth/login/") for name in found)


@pytest.mark.parametrize(
    ("included", "expected"),
    [
        ("dj_rest_auth.urls", {"POST /auth/login/ signs a caller in", "POST /auth/password/reset/ resets a password"}),
        ("dj_rest_auth.registration.urls", set()),
        (
            "djoser.urls",
            {"POST /auth/users/ registers an account", "POST /auth/users/reset_password/ resets a password"},
        ),
    ],
)
def test_ways_in_of_a_library_are_judged(tmp_path: Path, included: str, expected: set[str]) -> None:
    assert expected <= {name for name, sure in limitless(of_library(tmp_path, included)).items() if sure == "firm"}


@pytest.mark.parametrize(
    ("base", "prefix", "expected"),
    [
        ("ModelViewSet", "", {"GET /orders/ authenticated"}),
        ("ModelViewSet", "all", {"GET /orders/ authenticated", "GET /orders/all/ authenticated"}),
    ],
)
def test_a_view_set_at_the_empty_prefix_stands_before_the_root(
    tmp_path: Path, base: str, prefix: str, expected: set[str]
) -> None:
    inventory = laid_out(tmp_path, VIEWSET.format(base=base, prefix=prefix))
    reads = [endpoint for endpoint in inventory.endpoints if endpoint.method == "GET" and "{" not in endpoint.path]
    assert {f"{endpoint.name} {endpoint.authorization}" for endpoint in reads} == expected
    assert len(reads) == len(expected)


def test_of_the_roots_of_several_routers_at_one_path_the_first_answers(tmp_path: Path) -> None:
    source = VIEWSET.format(base="ModelViewSet", prefix="all") + (
        'other = DefaultRouter()\nother.register("more", Orders)\nurlpatterns += [path("orders/", include(other.urls))]\n'
    )
    found = [endpoint.name for endpoint in laid_out(tmp_path, source).endpoints if endpoint.path == "/orders/"]
    assert found == ["GET /orders/"]


@pytest.mark.parametrize(
    ("where", "field", "expected"),
    [
        ("verify-phone", "security_code", "firm"),
        ("verify-phone", "state", ""),
        ("send-otp", "state", "firm"),
        ("send-invoice", "state", ""),
    ],
)
def test_codes_that_are_sent_or_verified_want_a_limit(tmp_path: Path, where: str, field: str, expected: str) -> None:
    inventory = laid_out(tmp_path, CODES.format(where=where, field=field))
    assert [*limitless(inventory).values(), ""][0] == expected
