"""What goes out and who is calling, where the first reading of real projects was wrong."""

from pathlib import Path

from assay.model.endpoint import Endpoint
from assay.model.reach import Action
from assay.source.scan import scan

FASTAPI = """
import httpx
from typing import Annotated, Generic, TypeVar
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    password_hash: Mapped[str] = mapped_column()
    is_admin: Mapped[bool] = mapped_column()


class Member(Base):
    __tablename__ = "member"
    user_id: Mapped[int] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column()


class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column()


S = TypeVar("S")


class Caller(Generic[S]):
    def __init__(self, subject: S) -> None:
        self.subject = subject


def session():
    yield Session()


def current_user(authorization: str = Header("")) -> Caller[User]:
    if not authorization:
        raise HTTPException(status_code=401)
    return Caller(authorization)


def user_of_path(user_id: int, db: Session = Depends(session)) -> User:
    return db.get(User, user_id)


app = FastAPI()

"""
MINIMAL = """
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
%s
app.Run();

public class User { public int Id { get; set; } public string Name { get; set; } public string PasswordHash { get; set; } }
public class Answer { public string Name { get; set; } public string Password { get; set; } }
public class Shop : DbContext { public DbSet<User> Users { get; set; } }
"""


def only(root: Path, name: str, source: str) -> Endpoint:
    (root / name).write_text(source, encoding="utf-8")
    (endpoint,) = scan(root).inventory.endpoints
    return endpoint


def shown(endpoint: Endpoint) -> list[str]:
    assert endpoint.reach is not None
    return [f"{exposure.entity} {exposure.way}" for exposure in endpoint.reach.exposures if exposure.entity]


def test_what_a_dependency_gives_is_no_answer(tmp_path: Path) -> None:
    source = (
        '@app.get("/users/{user_id}/name")\ndef name(user: User = Depends(user_of_path)):\n    return {"id": user.id}\n'
    )
    assert shown(only(tmp_path, "main.py", FASTAPI + source)) == []


def test_rows_of_named_columns_and_numbers_are_no_objects(tmp_path: Path) -> None:
    source = (
        '@app.get("/numbers")\ndef numbers(db: Session = Depends(session)):\n'
        "    rows = db.query(User).with_entities(User.id, func.count(User.id)).all()\n"
        '    return {"all": db.query(User).count(), "by": rows}\n'
    )
    assert shown(only(tmp_path, "main.py", FASTAPI + source)) == []


def test_a_caller_of_a_generic_class_and_a_set_of_what_it_may_see_keep_where_they_come_from(tmp_path: Path) -> None:
    source = (
        '@app.get("/orders/{order_id}")\n'
        "def order(order_id: int, caller: Annotated[Caller[User], Depends(current_user)], db: Session = Depends(session)):\n"
        "    shops = set(db.scalars(select(Member.shop_id).where(Member.user_id == caller.subject.id)).all())\n"
        "    return db.execute(select(Order).where(Order.id == order_id, Order.shop_id.in_(shops))).scalar_one_or_none()\n"
    )
    reach = only(tmp_path, "main.py", FASTAPI + source).reach
    assert reach is not None
    assert reach.accesses
    assert all(access.protection for access in reach.accesses)


def test_what_another_service_answers_is_not_chosen_by_the_caller(tmp_path: Path) -> None:
    source = (
        '@app.get("/callback")\ndef callback(code: str, db: Session = Depends(session)):\n'
        '    found = httpx.post("https://id.example/token", data={"code": code}).json()\n'
        '    return str(db.query(User).filter(User.id == found["id"]).first().id)\n'
    )
    reach = only(tmp_path, "main.py", FASTAPI + source).reach
    assert reach is not None
    assert not any(access.is_request_driven for access in reach.accesses)


def test_a_right_that_was_found_by_an_id_is_not_set_by_the_caller(tmp_path: Path) -> None:
    source = (
        '@app.post("/copies/{user_id}")\ndef copy(user_id: int, db: Session = Depends(session)):\n'
        "    found = read_row(user_id)\n    db.add(User(is_admin=found.is_admin))\n    db.commit()\n"
    )
    reach = only(tmp_path, "main.py", FASTAPI + source).reach
    assert reach is not None
    assert reach.copies == ()
    sent = source.replace("user_id: int,", "user_id: int, flag: bool,").replace("found.is_admin", "flag")
    reach = only(tmp_path, "main.py", FASTAPI + sent).reach
    assert reach is not None
    assert [copy.fields for copy in reach.copies] == [("is_admin",)]


def test_a_minimal_api_writes_through_the_set_of_its_context(tmp_path: Path) -> None:
    source = MINIMAL % 'app.MapPost("/users", (User user, Shop shop) => { shop.Users.Add(user); shop.SaveChanges(); });'
    reach = only(tmp_path, "Program.cs", source).reach
    assert reach is not None
    assert [(access.action, access.entity) for access in reach.accesses] == [(Action.CREATE, "User")]
    assert [copy.entity for copy in reach.copies] == ["User"]


def test_an_answer_that_is_made_field_by_field_says_which(tmp_path: Path) -> None:
    source = MINIMAL % 'app.MapGet("/me", (Shop shop) => new Answer { Name = shop.Users.First().Name });'
    reach = only(tmp_path, "Program.cs", source).reach
    assert reach is not None
    assert [(exposure.way, exposure.fields) for exposure in reach.exposures] == [("made for the answer", ("Name",))]


def test_a_role_that_every_customer_has_protects_no_single_object(tmp_path: Path) -> None:
    source = (
        'app.MapGet("/users/{id}", (int id, Shop shop) => shop.Users.First(u => u.Id == id))'
        '.RequireAuthorization(p => p.RequireRole("%s"));'
    )
    guarded = only(tmp_path, "Program.cs", MINIMAL % (source % "Admin")).reach
    assert guarded is not None
    assert guarded.accesses[0].protection.startswith("guard")
    ordinary = only(tmp_path, "Program.cs", MINIMAL % (source % "Customer")).reach
    assert ordinary is not None
    assert ordinary.accesses[0].protection == ""


def test_the_password_of_the_account_is_a_right_to_it(tmp_path: Path) -> None:
    source = (
        '@app.put("/accounts/{user_id}")\ndef change(user_id: int, password: str, db: Session = Depends(session)):\n'
        "    user = db.get(User, user_id)\n    if not verify_password(password, user.password_hash):\n"
        '        raise HTTPException(status_code=400)\n    user.password_hash = ""\n    db.commit()\n'
    )
    reach = only(tmp_path, "main.py", FASTAPI + "from passwords import verify_password\n" + source).reach
    assert reach is not None
    assert all(access.protection for access in reach.accesses)


SERIALIZERS = """
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.urls import path
from rest_framework import generics, serializers


class User(AbstractUser):
    is_admin = models.BooleanField(default=False)


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = {fields}
        {more}


class Register(generics.CreateAPIView):
    serializer_class = UserSerializer


urlpatterns = [path("register/", Register.as_view())]
"""


def test_a_serializer_of_all_fields_lets_all_of_them_be_set(tmp_path: Path) -> None:
    reach = only(tmp_path, "urls.py", SERIALIZERS.format(fields='"__all__"', more="")).reach
    assert reach is not None
    (copy,) = reach.copies
    assert {"is_admin", "is_superuser", "is_staff", "password"} <= set(copy.fields)
    read_only = SERIALIZERS.format(fields='"__all__"', more='read_only_fields = ["is_admin"]')
    reach = only(tmp_path, "urls.py", read_only).reach
    assert reach is not None
    (copy,) = reach.copies
    assert "is_admin" not in copy.fields


def test_a_field_that_is_only_written_does_not_go_out(tmp_path: Path) -> None:
    more = 'extra_kwargs = {"password": {"write_only": True}}'
    endpoint = only(tmp_path, "urls.py", SERIALIZERS.format(fields='["username", "password"]', more=more))
    assert endpoint.request is not None
    assert endpoint.response is not None
    assert [field.name for field in endpoint.request.fields] == ["username", "password"]
    assert [field.name for field in endpoint.response.fields] == ["username"]


def test_a_question_about_all_other_objects_protects_none(tmp_path: Path) -> None:
    source = (
        '@app.put("/orders/{order_id}")\n'
        "def change(order_id: int, caller: Annotated[Caller[User], Depends(current_user)], db: Session = Depends(session)):\n"
        "    order = db.query(Order).filter(Order.id == order_id).first()\n"
        "    db.query(Order).filter(Order.shop_id == caller.subject.id, Order.id != order_id).first()\n"
        "    order.shop_id = 1\n    db.commit()\n"
    )
    reach = only(tmp_path, "main.py", FASTAPI + source).reach
    assert reach is not None
    assert [access.protection for access in reach.accesses if access.action is Action.UPDATE] == [""]
