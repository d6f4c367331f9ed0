"""Personal data of accounts in answers to everybody."""

from pathlib import Path

import pytest
from tests.source.planting import plant
from tests.source.reach.judging import firm

from assay.source.scan import scan

MAIN = """
from fastapi import Depends, FastAPI, HTTPException, Header
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
class Base(DeclarativeBase): ...
class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
class NAME(BaseModel):
    name: str
    FIELDS
class ItemOut(BaseModel):
    id: int
    holder: NAME
def session():
    with Session() as db:
        yield db
def caller(authorization: str = Header("")) -> str:
    if not authorization:
        raise HTTPException(status_code=401)
    return authorization
app = FastAPI()
@app.get("/items/{number}", response_model=ItemOut)
def item(number: int, db: Session = Depends(session)GUARD):
    return db.get(Item, number)
@app.delete("/items/{number}")
def remove(number: int, db: Session = Depends(session), who: str = Depends(caller)):
    db.delete(db.get(Item, number))
"""
BOTH = "phone: str\n    email: str"


@pytest.mark.parametrize(
    ("name", "fields", "guard", "is_told"),
    [
        ("UserOut", BOTH, "", True),
        ("UserOut", BOTH, ", who: str = Depends(caller)", False),
        ("UserOut", "email: str", "", False),
        ("UserOut", "email: str\n    email_verified: bool", "", False),
        ("ShopOwner", BOTH, "", False),
        ("CustomerOut", "mobile: str\n    birth_date: str", "", True),
    ],
)
def test_people_whom_an_open_answer_shows_are_told(
    name: str, fields: str, guard: str, is_told: bool, tmp_path: Path
) -> None:
    source = MAIN.replace("NAME", name).replace("FIELDS", fields).replace("GUARD", guard)
    inventory = scan(plant(tmp_path, {"main.py": source})).inventory
    assert firm(inventory, "AP104") == ({"/items/{number}"} if is_told else set())


DJANGO = {
    "manage.py": "",
    "shop/__init__.py": "",
    "shop/settings.py": """
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "rest_framework", "people"]
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"]}
""",
    "people/__init__.py": "",
    "people/models.py": """
from django.contrib.auth.models import User
from django.db import models
class Profile(models.Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile")
    phone = models.CharField(max_length=9)
    note = models.CharField(max_length=9)
""",
    "shop/urls.py": """
from django.contrib.auth.models import User
from rest_framework import routers, serializers, viewsets
from people.models import Profile
class ProfileSerializer(serializers.ModelSerializer):
    class Meta:
        model = Profile
        exclude = ["user"EXCLUDED]
class UserSerializer(serializers.ModelSerializer):
    profile = ProfileSerializer()
    class Meta:
        model = User
        fields = ["username", "email", "profile"]
class Users(viewsets.ModelViewSet):
    queryset = User.objects.all()
    serializer_class = UserSerializer
router = routers.DefaultRouter()
router.register("users", Users)
urlpatterns = router.urls
""",
}


@pytest.mark.parametrize(("excluded", "found"), [("", True), (', "phone"', False)])
def test_what_a_serializer_inside_another_shows_counts(excluded: str, found: bool, tmp_path: Path) -> None:
    files = {**DJANGO, "shop/urls.py": DJANGO["shop/urls.py"].replace("EXCLUDED", excluded)}
    assert bool(firm(scan(plant(tmp_path, files)).inventory, "AP104")) is found
