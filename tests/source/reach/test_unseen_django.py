"""What projects of Django do that nobody had looked at before: user models, serializers, paging, sign-ins of libraries."""

from pathlib import Path

import pytest
from tests.source.reach.python_trees import accesses, django, shown

from assay.model.endpoint import Endpoint
from assay.model.reach import Reach
from assay.source.scan import scan

SERIALIZER = """
class OrderSerializer(serializers.ModelSerializer):
    class Meta:
        model = Order
        fields = ["state"]
"""
ROUTER = """
router = DefaultRouter()
router.register("orders", Orders, basename="order")
urlpatterns = router.urls
"""
BY_KEY = "read Order pk=path:pk"


def reach_of(endpoints: tuple[Endpoint, ...], name: str) -> Reach:
    """What one endpoint reaches."""
    (found,) = [endpoint.reach for endpoint in endpoints if endpoint.name == name]
    assert found is not None
    return found


def plain(root: Path, urls: str, settings: str = "") -> tuple[Endpoint, ...]:
    """A project without models of its own."""
    (root / "shop").mkdir()
    base = 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["django.contrib.auth", "shop"]\n'
    (root / "shop/settings.py").write_text(base + settings)
    (root / "shop/urls.py").write_text("from django.urls import include, path\n" + urls)
    return scan(root).inventory.endpoints


@pytest.mark.parametrize(
    "model",
    [
        "from django.contrib.auth.models import User",
        "from django.contrib.auth import get_user_model\nUser = get_user_model()",
    ],
)
def test_the_user_model_of_django_is_stored(tmp_path: Path, model: str) -> None:
    source = f"""
from django.http import HttpResponse
{model}
def remove(request, pk):
    User.objects.get(pk=pk).delete()
    return HttpResponse()
urlpatterns = [path("users/<int:pk>/", remove)]
"""
    endpoints = plain(tmp_path, source)
    assert shown(accesses(endpoints)) == ["read User pk=path:pk -", "delete User pk=path:pk -"]


def test_the_user_model_is_the_one_that_the_settings_name(tmp_path: Path) -> None:
    source = """
from django.contrib.auth import get_user_model
def show(request, pk):
    return HttpResponse(get_user_model().objects.get(pk=pk).username)
urlpatterns = [path("users/<int:pk>/", show)]
"""
    models = "from django.contrib.auth.models import AbstractUser\nclass User(AbstractUser):\n    pass\nclass Order:\n    pass\n"
    endpoints = django(tmp_path, source, models)
    assert shown(accesses(endpoints)) == ["read User pk=path:pk -"]
    (user,) = [entity for entity in scan(tmp_path).inventory.entities if entity.name == "User"]
    assert user.is_account
    assert {"is_superuser", "is_staff", "groups"} <= set(user.privileges)
    assert "password" in user.secrets


@pytest.mark.parametrize("test", ["getattr(self, 'swagger_fake_view', False)", "self.request.user.is_blocked"])
def test_a_query_of_nothing_in_one_case_does_not_open_the_other(tmp_path: Path, test: str) -> None:
    source = f"""{SERIALIZER}
class Orders(viewsets.ModelViewSet):
    serializer_class = OrderSerializer
    def get_queryset(self):
        if {test}:
            return Order.objects.none()
        return Order.objects.filter(owner=self.request.user)
{ROUTER}"""
    found = accesses(django(tmp_path, source), "DELETE /orders/{pk}/")
    assert all(access.protection.startswith("keyed: owner == ") for access in found)
    assert "delete" in {access.action for access in found}


@pytest.mark.parametrize(
    ("test", "protection"),
    [
        ("not request.user.is_staff", "authorized"),
        ("'state' in request.POST and not request.user.is_staff", "-"),
        ("request.POST.get('state') is not None and not request.user.is_staff", "-"),
        ("pk > 5 and not request.user.is_staff", "authorized"),
    ],
)
def test_a_refusal_that_the_caller_avoids_by_sending_less_protects_nothing(
    tmp_path: Path, test: str, protection: str
) -> None:
    source = f"""
def change(request, pk):
    order = Order.objects.get(pk=pk)
    if {test}:
        return HttpResponseForbidden()
    order.delete()
    return HttpResponse()
urlpatterns = [path("orders/<int:pk>/", change)]
"""
    assert shown(accesses(django(tmp_path, source)))[-1] == f"delete Order pk=path:pk {protection}"


@pytest.mark.parametrize(("given", "protection"), [("token", "authorized"), ("pk", "-")])
def test_a_secret_that_was_handed_out_for_an_object_is_a_right_to_it(
    tmp_path: Path, given: str, protection: str
) -> None:
    source = f"""
from django.contrib.auth.tokens import default_token_generator
def accept(request, pk, token):
    order = Order.objects.get(pk=pk)
    if not default_token_generator.check_token(order, {given}):
        return HttpResponseForbidden()
    order.delete()
    return HttpResponse()
urlpatterns = [path("orders/<int:pk>/<token>/", accept)]
"""
    assert shown(accesses(django(tmp_path, source)))[-1] == f"delete Order pk=path:pk {protection}"


def test_a_serializer_validates_before_it_saves(tmp_path: Path) -> None:
    source = """
from django.contrib.auth import authenticate
from rest_framework.views import APIView
from rest_framework.response import Response
from rest_framework_simplejwt.tokens import RefreshToken
class Login(serializers.Serializer):
    username = serializers.CharField()
    password = serializers.CharField()
    def validate(self, attrs):
        user = authenticate(username=attrs["username"], password=attrs["password"])
        return {"token": RefreshToken.for_user(user)}
class In(APIView):
    def post(self, request):
        serializer = Login(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.validated_data)
urlpatterns = [path("in/", In.as_view())]
"""
    acts = {act.kind for act in reach_of(django(tmp_path, source), "POST /in/").acts}
    assert {"password-verify", "token-issue"} <= acts


def test_what_a_serializer_has_checked_holds_only_its_own_fields(tmp_path: Path) -> None:
    source = """
from rest_framework.views import APIView
from rest_framework.response import Response
class Made(serializers.Serializer):
    state = serializers.CharField()
    def create(self, validated_data):
        return Order.objects.create(**validated_data)
class Orders(APIView):
    def post(self, request):
        serializer = Made(data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response()
urlpatterns = [path("orders/", Orders.as_view())]
"""
    (copy,) = reach_of(django(tmp_path, source), "POST /orders/").copies
    assert copy.fields == ("state",)
    assert not copy.is_open


@pytest.mark.parametrize(
    ("more", "bounded"),
    [
        ("", False),
        ("    pagination_class = Pages\n", True),
    ],
)
def test_a_list_is_bounded_where_it_is_paged(tmp_path: Path, more: str, bounded: bool) -> None:
    source = f"""{SERIALIZER}
from rest_framework.pagination import PageNumberPagination
class Pages(PageNumberPagination):
    page_size = 10
class Orders(viewsets.ModelViewSet):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
{more}{ROUTER}"""
    reach = reach_of(django(tmp_path, source), "GET /orders/")
    assert [access.is_bounded for access in reach.accesses] == [bounded]
    assert [exposure.entity for exposure in reach.exposures] == ["Order"]


def test_a_view_of_a_library_that_signs_callers_in_is_followed(tmp_path: Path) -> None:
    source = """
from django.contrib.auth.views import LoginView
from rest_framework_simplejwt.views import TokenObtainPairView
urlpatterns = [path("login/", LoginView.as_view()), path("token/", TokenObtainPairView.as_view())]
"""
    endpoints = plain(tmp_path, source)
    assert {"password-verify", "session-start"} <= {a.kind for a in reach_of(endpoints, "POST /login/").acts}
    assert {"password-verify", "token-issue"} <= {a.kind for a in reach_of(endpoints, "POST /token/").acts}


@pytest.mark.parametrize(
    ("route", "safe"),
    [
        ('path("a/<int:pk>/", show)', True),
        ('path("a/<slug:pk>/", show)', True),
        ('path("a/<str:pk>/", show)', False),
        (r're_path(r"^a/(?P<pk>\d+)/$", show)', True),
        (r're_path(r"^a/(?P<pk>.+)/$", show)', False),
    ],
)
def test_the_converter_of_a_route_tells_what_a_parameter_may_hold(tmp_path: Path, route: str, safe: bool) -> None:
    source = f"""
from django.db import connection
from django.http import HttpResponse
from django.urls import re_path
def show(request, pk):
    with connection.cursor() as cursor:
        cursor.execute(f"select * from item where id = {{pk}}")
    return HttpResponse()
urlpatterns = [{route}]
"""
    (endpoint,) = plain(tmp_path, source)
    assert endpoint.reach is not None
    assert [flow.is_safe for flow in endpoint.reach.flows if flow.kind == "sql"] == [safe]


def test_settings_of_production_beside_those_of_development_count(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "manage.py").write_text("")
    (tmp_path / "shop/base.py").write_text(
        'ROOT_URLCONF = "shop.urls"\nDEBUG = True\nALLOWED_HOSTS = ["*"]\nINSTALLED_APPS = ["django.contrib.auth"]\n'
    )
    (tmp_path / "shop/production.py").write_text('from .base import *\nDEBUG = False\nALLOWED_HOSTS = ["a.example"]\n')
    (tmp_path / "shop/urls.py").write_text("from django.urls import path\nurlpatterns = []\n")
    settings = {(s.name, s.environment): s.value for s in scan(tmp_path).inventory.settings}
    assert settings["debug", "any"] == "off"
    assert settings["allowed-hosts", "any"] == "a.example"
