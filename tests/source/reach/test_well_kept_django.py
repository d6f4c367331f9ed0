"""What was taken for a fault in well-kept projects that nobody had seen, told apart from what is one: Django."""

import pytest
from tests.source.planting import plant
from tests.source.reach.judging import failures, firm, named

from assay.model.endpoint import Authorization
from assay.model.program import Inventory
from assay.model.verdict import Confidence
from assay.source.scan import scan

DJANGO = {
    "shop/settings.py": """
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shop"]
MIDDLEWARE = ["django.contrib.auth.middleware.AuthenticationMiddleware", "shop.middleware.Spaces"]
""",
    "shop/middleware.py": """
class Spaces:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.branch = request.headers.get("X-Branch")
        if request.user.is_authenticated:
            request.space = request.user.spaces.filter(active=True).first().space
        return self.get_response(request)
""",
    "shop/models.py": """
from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    seen = models.DateTimeField(null=True)

    def save(self, *args, **kwargs):
        if self.is_superuser:
            self.is_staff = True
        super().save(*args, **kwargs)


class Log(models.Model):
    owner = models.ForeignKey(User, on_delete=models.CASCADE)
    space = models.CharField(max_length=9)
    branch = models.CharField(max_length=9)
    note = models.TextField()
""",
    "shop/urls.py": """
from django.urls import path

from shop import views

urlpatterns = [
    path("mine/<int:pk>/", views.mine),
    path("branches/<int:pk>/", views.of_branch),
    path("all/<int:pk>/", views.of_everybody),
    path("leave/", views.leave),
    path("assets/<path:name>", views.asset),
    path("any/<path:name>", views.any_asset),
    path("kept/<int:pk>/", views.kept),
    path("teachers/", views.teachers),
]
""",
    "shop/views.py": """
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required, user_passes_test
from django.http import FileResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from shop.models import Log, User


def is_teacher(user):
    return user.groups.filter(name="teachers").exists()


@login_required
def mine(request, pk):
    log = get_object_or_404(Log, pk=pk, space=request.space)
    return JsonResponse({"note": log.note})


@login_required
def of_branch(request, pk):
    log = get_object_or_404(Log, pk=pk, branch=request.branch)
    return JsonResponse({"note": log.note})


@user_passes_test(is_teacher)
def of_everybody(request, pk):
    log = get_object_or_404(Log, pk=pk)
    return JsonResponse({"note": log.note})


def has_group(user, names):
    found = False
    if user.is_authenticated:
        if bool(user.groups.filter(name__in=names)):
            found = True
    return found


@user_passes_test(lambda user: has_group(user, ["editors"]))
def kept(request, pk):
    return JsonResponse({})


@login_required
def asset(request, name):
    get_object_or_404(Log, note=name)
    return FileResponse(open("assets/" + name, "rb"))


@login_required
def any_asset(request, name):
    return FileResponse(open("assets/" + name, "rb"))


@login_required
def leave(request):
    user = User.objects.get(pk=request.user.id)
    user.seen = timezone.now()
    user.save()
    logout(request)
    return JsonResponse({})


@login_required
def teachers(request):
    found = User.objects.filter(groups__name="teachers")
    return JsonResponse({"teachers": tuple({"name": each.username, "full": each.get_full_name()} for each in found)})
""",
}


@pytest.fixture(scope="module")
def django(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return scan(plant(tmp_path_factory.mktemp("django"), DJANGO)).inventory


def test_a_group_of_accounts_is_a_role(django: Inventory) -> None:
    endpoint = named(django, "/all/{pk}/")
    assert endpoint.authorization is Authorization.ROLE
    assert endpoint.guards[0].values == ("teachers",)
    assert "/all/{pk}/" not in failures(django, "AP101")


def test_a_group_is_a_role_too_where_a_test_keeps_its_answer(django: Inventory) -> None:
    endpoint = named(django, "/kept/{pk}/")
    assert endpoint.authorization is Authorization.ROLE
    assert endpoint.guards[0].values == ("editors",)


def test_a_value_by_which_something_is_stored_is_a_doubtful_path(django: Inventory) -> None:
    assert "/any/{name}" in firm(django, "AP108")
    assert failures(django, "AP108")["/assets/{name}"].confidence is Confidence.TENTATIVE


def test_what_middleware_takes_from_the_account_ties_objects_to_the_caller_and_a_header_does_not(
    django: Inventory,
) -> None:
    found = failures(django, "AP101")
    assert "/mine/{pk}/" not in found
    assert "/branches/{pk}/" in found


def test_what_a_model_sets_of_itself_when_it_is_saved_changes_no_rights(django: Inventory) -> None:
    assert "/leave/" not in failures(django, "AP107")
    assert "/leave/" not in failures(django, "AP110")


def test_what_a_method_says_of_an_account_is_not_the_account(django: Inventory) -> None:
    assert "/teachers/" not in failures(django, "AP104")
