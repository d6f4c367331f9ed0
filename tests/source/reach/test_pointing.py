"""Objects of others that a serializer takes by a relation, bases of serializers from outside, tables that functions write out."""

from pathlib import Path

import pytest
from tests.source.reach.judging import failures, named
from tests.source.reach.python_trees import MODELS, SETTINGS, VIEWS

from assay.model.program import Inventory
from assay.model.reach import Action
from assay.source.scan import scan

SHARE = """
class Share(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    note = models.CharField(max_length=9)
"""
SHARING = """
from orders.models import Share
class Named(serializers.Serializer):
    note = serializers.CharField()
class ShareSerializer({bases}):
    {declared}
    class Meta:
        model = Share
        fields = ["id", "order", "note"]
        {meta}
    {methods}
class Shares(generics.CreateAPIView):
    serializer_class = ShareSerializer
    {view}
class Orders(generics.ListAPIView):
    def get_queryset(self):
        return {mine}
urlpatterns = [path("shares/", Shares.as_view()), path("orders/", Orders.as_view())]
"""
PLAIN = {
    "bases": "serializers.ModelSerializer",
    "declared": "",
    "meta": "",
    "methods": "",
    "view": "",
    "mine": "Order.objects.filter(owner=self.request.user)",
}
OF_CALLER = """order = serializers.PrimaryKeyRelatedField(queryset=Order.objects.filter(state="open"))"""
VALIDATED = """def validate_order(self, order):
        if order.owner != self.context["request"].user:
            raise serializers.ValidationError("no")
        return order"""
WHOLE = """def validate(self, attrs):
        check(attrs["order"])
        return attrs"""
NARROWED = """def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["order"].queryset = Order.objects.filter(owner=self.context["request"].user)"""
LOADED = """def perform_create(self, serializer):
        order = get_object_or_404(Order, pk=self.request.data["order"], owner=self.request.user)
        serializer.save(order=order)"""


def laid_out(root: Path, source: str, models: str = MODELS) -> Inventory:
    """The inventory of a Django project."""
    files = {"manage.py": "", "shop/__init__.py": "", "shop/settings.py": SETTINGS, "orders/__init__.py": ""}
    files |= {"orders/models.py": models, "shop/urls.py": VIEWS + source}
    for path, text in files.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    return scan(root).inventory


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["tentative"]),
        ({"declared": "order = serializers.PrimaryKeyRelatedField(queryset=Order.objects.all())"}, ["tentative"]),
        ({"declared": OF_CALLER}, []),
        ({"meta": 'read_only_fields = ["order"]'}, []),
        ({"methods": VALIDATED}, []),
        ({"methods": WHOLE}, []),
        ({"methods": NARROWED}, []),
        ({"view": LOADED}, []),
    ],
    ids=["relation", "declared", "of some", "only read", "validated", "whole", "narrowed", "loaded"],
)
def test_a_relation_that_takes_every_object_of_what_is_somebodys_is_suspected(
    tmp_path: Path, given: dict[str, str], expected: list[str]
) -> None:
    inventory = laid_out(tmp_path, SHARING.format(**(PLAIN | given)), MODELS + SHARE)
    found = failures(inventory, "AP101")
    assert [str(each.confidence) for path, each in found.items() if path == "/shares/"] == expected


def test_the_rules_of_a_whole_service_may_point_at_anything(tmp_path: Path) -> None:
    rule = SHARE.replace("ForeignKey(Order, on_delete=models.CASCADE)", "ManyToManyField(Order)")
    inventory = laid_out(tmp_path, SHARING.format(**PLAIN), MODELS + rule)
    assert "/shares/" not in failures(inventory, "AP101")


def test_the_base_that_is_made_of_the_other_comes_first(tmp_path: Path) -> None:
    bases = {"bases": "Named, serializers.ModelSerializer"}
    inventory = laid_out(tmp_path, SHARING.format(**(PLAIN | bases)), MODELS + SHARE)
    reach = named(inventory, "/shares/").reach
    assert reach is not None
    assert [(access.action, access.entity) for access in reach.accesses] == [(Action.CREATE, "Share")]


TABLE = """
class Right(enum.IntEnum):
{rights}
def table():
    return {{
        "reader": {{{all}}},
        "owner": {{{all}}},
    }}
def has(user, order, right):
    for role in order.roles:
        if right in table().get(role, ()):
            return True
    return False
def may(user, order, right):
    return has(user, order, right) or has(user, order.parent, right) or has(user, order.parent.parent, right)
class Permission(permissions.BasePermission):
    def has_object_permission(self, request, view, obj):
        return may(request.user, obj, Right.R1)
class One(generics.RetrieveAPIView):
    permission_classes = [Permission]
    queryset = Order.objects.all()
urlpatterns = [path("orders/<int:pk>/", One.as_view())]
"""


def test_a_function_that_only_writes_out_a_table_costs_a_handler_nothing(tmp_path: Path) -> None:
    numbers = range(400)
    rights = "\n".join(f"    R{number} = {number}" for number in numbers)
    every = ", ".join(f"Right.R{number}" for number in numbers)
    inventory = laid_out(tmp_path, "import enum\n" + TABLE.format(rights=rights, all=every))
    reach = named(inventory, "/orders/{pk}/").reach
    assert reach is not None
    assert not reach.gaps
