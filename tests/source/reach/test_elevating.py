"""Fields of accounts by which whoever signs up makes itself more than others."""

from pathlib import Path

import pytest
from tests.source.planting import plant
from tests.source.reach.judging import failures, firm

from assay.model.program import Inventory
from assay.source.scan import scan

MODELS = """
from django.contrib.auth.models import AbstractUser
from django.db import models
class Role(models.TextChoices):
    ADMIN = "admin", "Admin"
    BUYER = "buyer", "Buyer"
KINDS = [("customer", "Customer"), ("admin", "Admin")]
SIDES = [("client", "Client"), ("coach", "Coach")]
class User(AbstractUser):
    role = FIELD
"""
VIEWS = """
from django.urls import path
from rest_framework import serializers
from rest_framework.generics import CreateAPIView
from rest_framework.permissions import AllowAny
from .models import User
class Registered(serializers.ModelSerializer):
    password = serializers.CharField(write_only=True)
    class Meta:
        model = User
        fields = ("username", "password", "role")
CHECK
    def create(self, validated_data):
        return User.objects.create_user(
            username=validated_data["username"], password=validated_data["password"], role=validated_data.get("role")
        )
class Register(CreateAPIView):
    queryset = User.objects.all()
    serializer_class = Registered
    permission_classes = [AllowAny]
urlpatterns = [path("register/", Register.as_view())]
"""


def shop(root: Path, field: str, check: str = "") -> Inventory:
    settings = (
        "ROOT_URLCONF = 'shop.urls'\nINSTALLED_APPS = ['shop', 'rest_framework']\nAUTH_USER_MODEL = 'shop.User'\n"
    )
    files = {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/settings.py": settings,
        "shop/models.py": MODELS.replace("FIELD", field),
        "shop/urls.py": VIEWS.replace("CHECK", check),
    }
    return scan(plant(root, files)).inventory


@pytest.mark.parametrize(
    ("field", "is_sure"),
    [
        ("models.CharField(max_length=9, choices=KINDS)", True),
        ("models.CharField(max_length=9, choices=Role.choices)", True),
        ("models.CharField(max_length=9, default='buyer')", True),
        ("models.CharField(max_length=9, choices=SIDES)", False),
        ("models.ForeignKey('shop.Role', models.CASCADE)", False),
    ],
)
def test_a_role_that_may_be_that_of_an_administrator_is_set_by_who_signs_up(
    tmp_path: Path, field: str, *, is_sure: bool
) -> None:
    found = shop(tmp_path, field)
    assert failures(found, "AP103").keys() == {"/register/"}
    assert firm(found, "AP103") == ({"/register/"} if is_sure else set())


@pytest.mark.parametrize(
    "check",
    [
        "    def validate_role(self, value):\n        return 'customer'\n",
        "    def validate(self, attrs):\n        if attrs.get('role') == 'admin':\n            raise ValueError\n        return attrs\n",
    ],
)
def test_a_serializer_that_speaks_of_the_role_may_check_it(tmp_path: Path, check: str) -> None:
    assert not firm(shop(tmp_path, "models.CharField(max_length=9, choices=KINDS)", check), "AP103")


ACCOUNTS = """
from fastapi import FastAPI
from pydantic import BaseModel
from tortoise import fields, models
app = FastAPI()
class User(models.Model):
    username = fields.CharField(max_length=9)
    password = fields.CharField(max_length=99)
    is_active = fields.BooleanField(default=True)
    is_staff = fields.BooleanField(default=False)
class UserIn(BaseModel):
    username: str
    is_active: bool = True
    is_staff: bool = False
@app.post("/users")
async def create(user: UserIn):
    await User(username=user.username, SETS).save()
"""


@pytest.mark.parametrize(
    ("sets", "is_sure"),
    [("is_active=user.is_active", False), ("is_active=user.is_active, is_staff=user.is_staff", True)],
)
def test_whether_an_account_is_in_use_gives_no_right_and_every_field_is_told(
    tmp_path: Path, sets: str, *, is_sure: bool
) -> None:
    found = scan(plant(tmp_path, {"main.py": ACCOUNTS.replace("SETS", sets)})).inventory
    assert firm(found, "AP103") == ({"/users"} if is_sure else set())
    assert ("is_staff" in failures(found, "AP103")["/users"].message) is is_sure
