"""Views of Django and Django REST framework, run with what the generic classes around them do."""

from pathlib import Path

import pytest
from tests.source.reach.python_trees import MODELS, accesses, django, shown

BY_KEY = "read Order pk=path:pk"
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


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("order = get_object_or_404(Order, pk=pk)", [f"{BY_KEY} -"]),
        ("order = Order.objects.get(pk=pk, owner=request.user)", ["read Order pk=path:pk owner=principal:user keyed"]),
        ("order = get_object_or_404(Order.objects.filter(owner=request.user), pk=pk)",
         ["read Order owner=principal:user pk=path:pk keyed"]),
        ("order = request.user.orders.get(pk=pk)", ["read Order pk=path:pk keyed"]),
        ("order = Order.objects.of(request.user).get(pk=pk)", ["read Order owner=principal:user pk=path:pk keyed"]),
        ("order = Order.objects.select_related('owner').of(request.user).get(pk=pk)",
         ["read Order owner=principal:user pk=path:pk keyed"]),
        ("order = Order.current.get(pk=pk)", ["read Order is_gone=fixed: pk=path:pk -"]),
        ("order = Order.objects.get(Q(pk=pk) & Q(owner=request.user))", ["read Order pk=path:pk owner=principal:user keyed"]),
        ("order = Order.objects.get(pk=pk)\n    if order.owner != request.user:\n        return HttpResponseForbidden()",
         [f"{BY_KEY} compared"]),
        ("order = Order.objects.get(pk=pk)\n    order.state = request.POST['state']\n    order.save()",
         [f"{BY_KEY} -", "update Order pk=path:pk -", "update Order pk=path:pk -"]),
        ("order = Order.objects.get(pk=pk)\n    order.delete()", [f"{BY_KEY} -", "delete Order pk=path:pk -"]),
        ("order = Order.objects.filter(pk=pk).delete()", ["delete Order pk=path:pk -"]),
    ],
)  # fmt: skip
def test_a_view_touches_what_its_body_touches(tmp_path: Path, body: str, expected: list[str]) -> None:
    source = f"""
def show(request, pk):
    {body}
    return HttpResponse(str(order))
urlpatterns = [path("orders/<int:pk>/", show)]
"""
    assert shown(accesses(django(tmp_path, source))) == expected


def test_a_look_up_by_caller_and_object_that_refuses_protects_the_object(tmp_path: Path) -> None:
    models = (
        MODELS
        + """
class Member(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
"""
    )
    source = """
from orders.models import Member
def find(request, pk):
    order = get_object_or_404(Order, pk=pk)
    if request.user.is_superuser:
        return order
    get_object_or_404(Member, order=order, user=request.user)
    return order
def show(request, pk):
    order = find(request, pk)
    order.delete()
    return HttpResponse("")
urlpatterns = [path("orders/<int:pk>/", show)]
"""
    found = shown(accesses(django(tmp_path, source, models)))
    assert found[0] == f"{BY_KEY} compared"
    assert found[-1] == "delete Order pk=path:pk compared"


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("class Show(DetailView):\n    model = Order\n", ["GET read Order pk=path:pk -"]),
        ("class Show(DeleteView):\n    model = Order\n",
         ["GET read Order pk=path:pk -", "POST read Order pk=path:pk -", "POST delete Order pk=path:pk -"]),
        ("class Show(DetailView):\n    def get_queryset(self):\n        return Order.objects.filter(owner=self.request.user)\n",
         ["GET read Order owner=principal:user pk=path:pk keyed"]),
        ("class Show(View):\n    def get(self, request, pk):\n        return HttpResponse(Order.objects.get(pk=self.kwargs['pk']))\n",
         ["GET read Order pk=path:pk -"]),
    ],
)  # fmt: skip
def test_a_class_based_view_does_what_its_bases_do(tmp_path: Path, view: str, expected: list[str]) -> None:
    endpoints = django(tmp_path, f'{view}urlpatterns = [path("orders/<int:pk>/", Show.as_view())]\n')
    found = [f"{endpoint.method} {line}" for endpoint in endpoints for line in shown(accesses((endpoint,)))]
    assert found == expected


def test_a_view_set_does_what_its_mixins_do(tmp_path: Path) -> None:
    source = f"""{SERIALIZER}
class Orders(viewsets.ModelViewSet):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
{ROUTER}"""
    endpoints = django(tmp_path, source)
    assert shown(accesses(endpoints, "GET /orders/")) == ["list Order -"]
    assert shown(accesses(endpoints, "POST /orders/")) == ["create Order -"]
    assert shown(accesses(endpoints, "GET /orders/{pk}/")) == [f"{BY_KEY} -"]
    assert shown(accesses(endpoints, "PUT /orders/{pk}/")) == [f"{BY_KEY} -", "update Order pk=path:pk -"]
    assert shown(accesses(endpoints, "DELETE /orders/{pk}/")) == [f"{BY_KEY} -", "delete Order pk=path:pk -"]


def test_the_query_set_of_a_view_set_ties_its_objects_to_the_caller(tmp_path: Path) -> None:
    source = f"""{SERIALIZER}
class Orders(viewsets.ModelViewSet):
    serializer_class = OrderSerializer
    def get_queryset(self):
        return Order.objects.of(self.request.user)
    @action(detail=True, methods=["post"])
    def close(self, request, pk=None):
        order = self.get_object()
        order.state = "closed"
        order.save()
{ROUTER}"""
    endpoints = django(tmp_path, source)
    assert {a.protection for a in accesses(endpoints, "DELETE /orders/{pk}/")} == {"keyed: owner == user"}
    assert {a.protection for a in accesses(endpoints, "POST /orders/{pk}/close/")} == {"keyed: owner == user"}


@pytest.mark.parametrize(
    ("answer", "protection"),
    [("obj.owner == request.user", "compared"), ("True", "-"), ("request.method in permissions.SAFE_METHODS", "-")],
)
def test_a_permission_protects_an_object_that_it_compares_with_the_caller(
    tmp_path: Path, answer: str, protection: str
) -> None:
    source = f"""{SERIALIZER}
class IsOwner(permissions.BasePermission):
    def has_object_permission(self, request, view, obj):
        return {answer}
class Orders(viewsets.ModelViewSet):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    permission_classes = [permissions.IsAuthenticated, IsOwner]
{ROUTER}"""
    found = accesses(django(tmp_path, source), "GET /orders/{pk}/")
    assert [line.rpartition(" ")[2] for line in shown(found)][-1] == protection


def test_a_permission_that_is_never_asked_about_the_object_protects_nothing(tmp_path: Path) -> None:
    source = f"""{SERIALIZER}
class IsOwner(permissions.BasePermission):
    def has_object_permission(self, request, view, obj):
        return obj.owner == request.user
class Orders(viewsets.ModelViewSet):
    queryset = Order.objects.all()
    permission_classes = [permissions.IsAuthenticated, IsOwner]
    def get_object(self):
        return Order.objects.get(pk=self.kwargs["pk"])
    def destroy(self, request, pk):
        self.get_object().delete()
{ROUTER}"""
    found = accesses(django(tmp_path, source), "DELETE /orders/{pk}/")
    assert shown(found) == [f"{BY_KEY} -", "delete Order pk=path:pk -"]


def test_a_filter_backend_of_the_project_narrows_what_is_found(tmp_path: Path) -> None:
    source = f"""{SERIALIZER}
class Mine:
    def filter_queryset(self, request, queryset, view):
        return queryset.filter(owner=request.user)
class Orders(viewsets.ReadOnlyModelViewSet):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    filter_backends = [Mine]
{ROUTER}"""
    assert {a.protection for a in accesses(django(tmp_path, source), "GET /orders/")} == {"keyed: owner == user"}


def test_an_operation_of_ninja_is_given_what_the_request_says(tmp_path: Path) -> None:
    source = """
from ninja import NinjaAPI, Schema
api = NinjaAPI()
class Wanted(Schema):
    state: str
@api.put("/orders/{key}")
def change(request, key: int, wanted: Wanted, kind: str):
    order = Order.objects.get(pk=key, state=wanted.state, kind=kind)
    return order
urlpatterns = [path("api/", api.urls)]
"""
    found = shown(accesses(django(tmp_path, source), "PUT /api/orders/{key}"))
    assert found == ["read Order pk=path:key state=body:state kind=query:kind -"]


def test_rows_that_the_database_keeps_apart_are_protected(tmp_path: Path) -> None:
    models = (
        MODELS
        + """
class RowLevelSecurityConstraint(models.BaseConstraint):
    pass
class Invoice(models.Model):
    tenant_id = models.UUIDField()
    class Meta:
        constraints = [RowLevelSecurityConstraint("tenant_id", name="rls")]
"""
    )
    source = """
from orders.models import Invoice
def show(request, pk):
    return HttpResponse(str(Invoice.objects.get(pk=pk)))
urlpatterns = [path("invoices/<int:pk>/", show)]
"""
    assert shown(accesses(django(tmp_path, source, models))) == ["read Invoice pk=path:pk filter"]


def test_a_permission_that_asks_about_an_id_of_the_path_protects_what_that_id_selects(tmp_path: Path) -> None:
    source = f"""{SERIALIZER}
class IsOwner(permissions.BasePermission):
    def has_permission(self, request, view):
        return Order.objects.filter(pk=view.kwargs["pk"], owner=request.user).exists()
class Show(generics.RetrieveAPIView):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    permission_classes = [permissions.IsAuthenticated, IsOwner]
urlpatterns = [path("orders/<int:pk>/", Show.as_view())]
"""
    found = [access for access in accesses(django(tmp_path, source)) if access.symbol.endswith("get_object_or_404")]
    assert [access.protection.partition(":")[0] for access in found] == ["compared"]


def test_a_test_of_the_view_protects_what_it_compares(tmp_path: Path) -> None:
    source = """
from django.contrib.auth.mixins import UserPassesTestMixin
class Show(UserPassesTestMixin, DetailView):
    model = Order
    def test_func(self):
        return self.get_object().owner == self.request.user
urlpatterns = [path("orders/<int:pk>/", Show.as_view())]
"""
    assert {access.protection.partition(":")[0] for access in accesses(django(tmp_path, source))} <= {
        "compared",
        "parent",
    }


@pytest.mark.parametrize(
    ("test", "protection"), [("self.request.user.is_staff", "keyed"), ("'all' in self.request.GET", "-")]
)
def test_one_of_several_query_sets_may_be_the_callers_own(tmp_path: Path, test: str, protection: str) -> None:
    source = f"""{SERIALIZER}
class Show(generics.RetrieveAPIView):
    serializer_class = OrderSerializer
    def get_queryset(self):
        if {test}:
            return Order.objects.all()
        return Order.objects.filter(owner=self.request.user)
urlpatterns = [path("orders/<int:pk>/", Show.as_view())]
"""
    found = [access for access in accesses(django(tmp_path, source)) if access.symbol.endswith("get_object_or_404")]
    assert [access.protection.partition(":")[0] or "-" for access in found] == [protection]
