"""Permission classes that hand the question on to a base from outside."""

from pathlib import Path

import pytest
from tests.source.reach.judging import failures, named
from tests.source.reach.test_pointing import laid_out

from assay.model.endpoint import Authorization

OWN = """
class Own(permissions.{base}):
    def has_permission(self, request, view):
        {asked}
    def has_object_permission(self, request, view, obj):
        {about}
class One(generics.RetrieveUpdateDestroyAPIView):
    permission_classes = [Own]
    queryset = Order.objects.all()
urlpatterns = [path("orders/<int:pk>/", One.as_view())]
"""
HANDED_ON = "return super().has_permission(request, view) or (request.user and request.user.is_staff)"
OBJECT_TOO = "return super().has_object_permission(request, view, obj) or request.user.is_staff"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (HANDED_ON, Authorization.AUTHENTICATED),
        ("return super().has_permission(request, view) and request.user.is_staff", Authorization.ROLE),
        ("return request.user.is_staff", Authorization.ROLE),
    ],
    ids=["either", "both", "own"],
)
def test_a_permission_that_its_base_may_grant_demands_no_more_than_the_base(
    tmp_path: Path, asked: str, expected: Authorization
) -> None:
    source = OWN.format(base="IsAuthenticated", asked=asked, about="return True")
    assert named(laid_out(tmp_path, source), "/orders/{pk}/").authorization is expected


@pytest.mark.parametrize(
    ("about", "is_found"),
    [
        (OBJECT_TOO, True),
        ("return super().has_object_permission(request, view, obj) and obj.owner == request.user", False),
    ],
    ids=["granted by the base", "asked besides"],
)
def test_a_base_from_outside_asks_nothing_about_single_objects(tmp_path: Path, about: str, is_found: bool) -> None:
    source = OWN.format(base="IsAuthenticated", asked=HANDED_ON, about=about)
    assert ("/orders/{pk}/" in failures(laid_out(tmp_path, source), "AP101")) is is_found
