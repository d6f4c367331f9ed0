"""Objects of a person by what their model declares, new objects for whom the request names, lists behind serializers."""

from pathlib import Path

import pytest
from tests.source.reach.python_trees import VIEWS

from assay.model.program import Inventory
from assay.model.verdict import Outcome
from assay.plugins.rule import Rule
from assay.rules.authz.object_of_another import RULE as OBJECT
from assay.rules.input.mass_assignment import RULE as ASSIGNMENT
from assay.rules.limits.unbounded_list import RULE as LIST
from assay.rules.limits.unlimited_tries import RULE as TRIES
from assay.source.scan import scan

SETTINGS = """
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "rest_framework", "orders"]
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
"""
MODELS = """
from django.contrib.auth.models import User
from django.db import models

class Order(models.Model):
    client = models.ForeignKey(User, on_delete=models.CASCADE)
    state = models.CharField(max_length=9)

class OrderItem(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)

class LandlordProfile(models.Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE)

class Room(models.Model):
    landlord = models.ForeignKey(LandlordProfile, on_delete=models.CASCADE)

class Page(models.Model):
    created_by = models.ForeignKey(User, on_delete=models.CASCADE)

class Article(models.Model):
    author = models.ForeignKey(User, on_delete=models.CASCADE)
"""
SHOW = """
from rest_framework.response import Response
from rest_framework.views import APIView
from orders.models import Article, Order, OrderItem, Page, Room
class One(APIView):
    def {method}(self, request, pk):
        {body}
        return Response()
urlpatterns = [path("things/<int:pk>/", One.as_view())]
"""
CREATE = """
from rest_framework.response import Response
class OrderSerializer(serializers.ModelSerializer):
    {declared}
    class Meta:
        model = Order
        fields = ["id", "client", "state"]
        {meta}
    def create(self, validated_data):
        {created}
class Orders(generics.CreateAPIView):
    serializer_class = OrderSerializer
    def perform_create(self, serializer):
        {saved}
urlpatterns = [path("orders/", Orders.as_view())]
"""
SENT = {"declared": "", "meta": "", "created": "return super().create(validated_data)", "saved": "serializer.save()"}


def laid_out(root: Path, source: str, settings: str = "") -> Inventory:
    """The inventory of a project whose users are those of Django."""
    files = {"shop/settings.py": SETTINGS + settings, "orders/models.py": MODELS, "orders/__init__.py": ""}
    files |= {"manage.py": "", "shop/__init__.py": "", "shop/urls.py": VIEWS.replace("Order, User", "Order") + source}
    for path, text in files.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    return scan(root).inventory


def failed(rule: Rule, inventory: Inventory) -> list[str]:
    """How sure each failure is."""
    return [str(verdict.confidence) for verdict in rule.judge(inventory) if verdict.outcome is Outcome.FAIL]


@pytest.mark.parametrize(
    ("method", "body", "expected"),
    [
        ("get", "Order.objects.get(pk=pk)", ["firm"]),
        ("delete", "OrderItem.objects.get(pk=pk).delete()", ["firm"]),
        ("delete", "Article.objects.get(pk=pk).delete()", ["firm"]),
        ("delete", "Room.objects.get(pk=pk).delete()", ["firm"]),
        ("get", "Article.objects.get(pk=pk)", ["tentative"]),
        ("delete", "Page.objects.get(pk=pk).delete()", ["tentative"]),
    ],
    ids=["private", "part of one", "written by one", "of a profile", "only read", "made by one of a team"],
)
def test_an_object_whose_model_points_at_its_owner_is_somebodys(
    tmp_path: Path, method: str, body: str, expected: list[str]
) -> None:
    assert failed(OBJECT, laid_out(tmp_path, SHOW.format(method=method, body=body))) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["firm"]),
        ({"saved": "serializer.save(client=self.request.user)"}, []),
        ({"created": 'validated_data["client"] = self.context["request"].user; return Order.objects.create(**validated_data)'}, []),
        ({"meta": 'read_only_fields = ["client"]'}, []),
        ({"meta": 'extra_kwargs = {"client": {"read_only": True}}'}, []),
        ({"declared": "client = serializers.HiddenField(default=serializers.CurrentUserDefault())"}, []),
    ],
)  # fmt: skip
def test_a_new_object_for_whom_the_request_names_is_not_tied_to_the_caller(
    tmp_path: Path, given: dict[str, str], expected: list[str]
) -> None:
    assert failed(OBJECT, laid_out(tmp_path, CREATE.format(**(SENT | given)))) == expected


@pytest.mark.parametrize(("field", "expected"), [("client_id", ["firm"]), ("state", [])])
def test_an_owner_that_is_set_from_the_request_by_name_counts_too(
    tmp_path: Path, field: str, expected: list[str]
) -> None:
    body = f'Order.objects.create({field}=request.data["it"])'
    assert failed(OBJECT, laid_out(tmp_path, SHOW.format(method="post", body=body))) == expected


def test_a_check_of_each_object_in_a_loop_protects_it(tmp_path: Path) -> None:
    source = """
from rest_framework.response import Response
from rest_framework.views import APIView
class Bulk(APIView):
    def post(self, request):
        for order in Order.objects.filter(id__in=request.data.get("ids", [])):
            if order.client != request.user:
                return HttpResponseForbidden()
            order.delete()
        return Response()
urlpatterns = [path("orders/remove/", Bulk.as_view())]
"""
    assert failed(OBJECT, laid_out(tmp_path, source)) == []


def test_what_was_protected_once_is_protected_when_it_is_read_again(tmp_path: Path) -> None:
    body = """order = Order.objects.get(pk=pk)
        if OrderItem.objects.get(order=order, order__client=request.user) is None:
            return Response(status=403)
        Order.objects.get(pk=pk)"""
    assert failed(OBJECT, laid_out(tmp_path, SHOW.format(method="get", body=body))) == []


@pytest.mark.parametrize(("key", "expected"), [("order", ["firm"]), ("recipient_order", ["tentative"])])
def test_a_private_object_by_an_id_of_the_body_is_somebodys(tmp_path: Path, key: str, expected: list[str]) -> None:
    body = f'Order.objects.get(pk=request.data["{key}"])'
    assert failed(OBJECT, laid_out(tmp_path, SHOW.format(method="post", body=body))) == expected


NESTED = """
from rest_framework import permissions
from django.contrib.auth.models import User
class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["email", "password", "is_staff"]
class OrderSerializer(serializers.ModelSerializer):
    client = UserSerializer({given})
    class Meta:
        model = Order
        fields = ["id", "client"]
    def create(self, validated_data):
        given = validated_data.pop("client")
        user = User(**given)
        user.set_password(given["password"])
        user.save()
        return Order.objects.create(client=user, **validated_data)
class Register(generics.CreateAPIView):
    permission_classes = [permissions.AllowAny]
    serializer_class = OrderSerializer
urlpatterns = [path("customer/new/", Register.as_view())]
"""


@pytest.mark.parametrize(("given", "expected"), [("", True), ("read_only=True", False)])
def test_a_serializer_inside_another_lets_its_fields_through(tmp_path: Path, given: str, expected: bool) -> None:
    inventory = laid_out(tmp_path, NESTED.format(given=given))
    said = [verdict.message for verdict in ASSIGNMENT.judge(inventory) if verdict.outcome is Outcome.FAIL]
    assert (
        any("is_staff of User (UserSerializer takes them as they are sent)" in message for message in said) is expected
    )


def test_a_route_that_only_says_new_registers_the_people_before_it(tmp_path: Path) -> None:
    assert failed(TRIES, laid_out(tmp_path, NESTED.format(given=""))) == ["firm"]


ALL = """
from rest_framework import permissions
from django.contrib.auth.models import User
class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = "__all__"
    def create(self, validated_data):
        {created}
class Register(generics.CreateAPIView):
    permission_classes = [permissions.AllowAny]
    serializer_class = UserSerializer
urlpatterns = [path("people/", Register.as_view())]
"""


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        ('return User.objects.create(email=validated_data["email"], password=validated_data.get("password"))', []),
        ('return User.objects.create(email=validated_data["email"], is_staff=validated_data["is_staff"])', ["firm"]),
        ("return User.objects.create(**validated_data)", ["firm"]),
    ],
)
def test_a_serializer_that_takes_its_fields_one_by_one_takes_no_others(
    tmp_path: Path, created: str, expected: list[str]
) -> None:
    assert failed(ASSIGNMENT, laid_out(tmp_path, ALL.format(created=created))) == expected


WHOLE = """
from rest_framework.response import Response
from rest_framework.views import APIView
class OrderSerializer(serializers.ModelSerializer):
    state = serializers.CharField(read_only=True)
    class Meta:
        model = Order
        fields = ["id", "state"]
class Listed(generics.ListAPIView):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
class Written(APIView):
    def get(self, request):
        return Response({"orders": OrderSerializer(Order.objects.all(), many=True).data})
class Shown(generics.RetrieveAPIView):
    serializer_class = OrderSerializer
    def get_queryset(self):
        orders = Order.objects.all()
        if self.request.query_params.get("open"):
            orders = Order.objects.filter(state="open")
        return orders
"""


@pytest.mark.parametrize(
    ("view", "settings", "expected"),
    [
        ("Listed", "", ["firm"]),
        ("Written", "", ["firm"]),
        ("Listed", 'REST_FRAMEWORK |= {"DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination", "PAGE_SIZE": 9}', []),
        ("Shown", "", []),
    ],
)  # fmt: skip
def test_a_list_behind_a_serializer_of_declared_fields_is_whole(
    tmp_path: Path, view: str, settings: str, expected: list[str]
) -> None:
    where = "orders/<int:pk>/" if view == "Shown" else "orders/"
    inventory = laid_out(tmp_path, f'{WHOLE}urlpatterns = [path("{where}", {view}.as_view())]\n', settings)
    assert failed(LIST, inventory) == expected
