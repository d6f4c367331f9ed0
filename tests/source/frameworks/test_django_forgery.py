"""What Django's settings say of forged requests and of session cookies, and what tells that a password was changed."""

from pathlib import Path

import pytest
from tests.source.planting import plant
from tests.source.reach.judging import failures

from assay.model.program import Inventory
from assay.source.scan import scan

VIEWS = """
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.shortcuts import render
from django.urls import path


@login_required
def change_password(request):
    form = PasswordChangeForm(user=request.user, data=request.POST)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, form.user)
    return render(request, "change.html", {"form": form})


urlpatterns = [path("change_password/", change_password)]
"""
SESSIONS = "'django.contrib.sessions.middleware.SessionMiddleware'"
CHECK = "'django.middleware.csrf.CsrfViewMiddleware'"


def project(root: Path, settings: str) -> Inventory:
    files = {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/settings.py": f"ROOT_URLCONF = 'shop.urls'\nINSTALLED_APPS = ['shop']\n{settings}",
        "shop/urls.py": VIEWS,
    }
    return scan(plant(root, files)).inventory


@pytest.mark.parametrize(
    ("settings", "switched"),
    [
        (f"MIDDLEWARE = [{SESSIONS}]\n", {"antiforgery"}),
        (f"MIDDLEWARE = [{SESSIONS}, {CHECK}]\n", set()),
        (f"MIDDLEWARE = [{SESSIONS}, *MORE]\n", set()),
        ("MIDDLEWARE = ['corsheaders.middleware.CorsMiddleware']\n", set()),
        ("SESSION_COOKIE_SAMESITE = None\n", {"cookie-samesite"}),
        ("SESSION_COOKIE_SAMESITE = 'Lax'\n", set()),
    ],
)
def test_a_session_without_a_check_of_forged_requests_is_told(
    tmp_path: Path, settings: str, switched: set[str]
) -> None:
    found = {each.name for each in project(tmp_path, settings).settings if each.value in {"off", "none"}}
    assert found & {"antiforgery", "cookie-samesite"} == switched


def test_a_session_that_is_kept_after_a_change_of_password_tells_that_there_was_one(tmp_path: Path) -> None:
    assert failures(project(tmp_path, ""), "AP110").keys() == {"/change_password/"}
