"""What handlers and applications of Python leave behind."""

from pathlib import Path

import pytest
from tests.source.planting import plant

from assay.model.program import Inventory
from assay.model.reach import Note
from assay.source.scan import scan

HEAD = """
import logging
import structlog
from loguru import logger as guru
from billing import audit_service, bus, catalog, dialog
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

logger = logging.getLogger(__name__)
slog = structlog.get_logger()
class Base(DeclarativeBase): ...
class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]
class AuditLog(Base):
    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
def session(): yield Session()
app = FastAPI()
def write_audit(db, text):
    db.add(AuditLog(text=text))
def log_activity(order_id): ...
"""
HANDLER = """
@app.delete("/orders/{order_id}")
def remove(order_id: int, tasks: BackgroundTasks, db: Session = Depends(session)):
    order = db.get(Order, order_id)
    if order is None:
        %s
        raise HTTPException(status_code=404)
    db.delete(order)
    %s
"""


def notes(root: Path, missing: str, deleted: str) -> list[Note]:
    plant(root, {"main.py": HEAD + HANDLER % (missing, deleted)})
    (endpoint,) = scan(root).inventory.endpoints
    assert endpoint.reach is not None
    return list(endpoint.reach.notes)


@pytest.mark.parametrize(
    ("call", "kind", "level"),
    [
        ('logger.info("deleted %s", order_id)', "log", "info"),
        ('slog.bind(order=order_id).warning("deleted")', "log", "warning"),
        ('guru.debug("deleted")', "log", "debug"),
        ('logging.error("deleted")', "log", "error"),
        ('app.state.logger.info("deleted")', "log", "info"),
        ("tasks.add_task(log_activity, order_id)", "audit", ""),
        ('bus.publish("order.deleted")', "event", ""),
        ("audit_service.record(order_id)", "audit", ""),
    ],
)
def test_a_call_that_tells_of_something_is_a_note(tmp_path: Path, call: str, kind: str, level: str) -> None:
    assert [(note.kind, note.level) for note in notes(tmp_path, "pass", call)] == [(kind, level)]


@pytest.mark.parametrize("call", ['catalog.info("x")', "logger.setLevel(10)", "order.status.log()", "dialog.show()"])
def test_another_call_is_none(tmp_path: Path, call: str) -> None:
    assert notes(tmp_path, "pass", call) == []


def test_a_stored_record_is_an_audit_note(tmp_path: Path) -> None:
    found = notes(tmp_path, "pass", 'write_audit(db, "deleted")')
    assert {note.kind for note in found} == {"audit"}
    assert "creates AuditLog" in [note.text for note in found]


def test_a_line_before_a_refusal_stands_in_the_failing_branch(tmp_path: Path) -> None:
    found = notes(tmp_path, 'logger.info("nothing there")', 'logger.info("deleted %s", order_id)')
    assert [note.branch for note in found] == ["failure", "success"]


def test_a_note_says_what_it_mentions(tmp_path: Path) -> None:
    (note,) = notes(tmp_path, "pass", 'logger.info("deleted %s", order_id)')
    assert note.mentions == ("object", "outcome")


def test_a_dependency_that_logs_says_nothing_of_the_handler(tmp_path: Path) -> None:
    source = HEAD.replace(
        "def session(): yield Session()", 'def session():\n    logger.info("opened")\n    yield Session()'
    )
    plant(tmp_path, {"main.py": source + HANDLER % ("pass", "pass")})
    (endpoint,) = scan(tmp_path).inventory.endpoints
    assert endpoint.reach is not None
    assert endpoint.reach.notes == ()


# --- what holds everywhere


def scanned(root: Path, more: str, files: dict[str, str] | None = None) -> Inventory:
    plant(root, {"main.py": HEAD + more + HANDLER % ("pass", "pass"), **(files or {})})
    return scan(root).inventory


def trails(found: Inventory) -> list[tuple[str, str]]:
    return [(setting.value, setting.detail("by")) for setting in found.settings if setting.name == "audit"]


MIDDLEWARE = """
@app.middleware("http")
async def trace(request, call_next):
    answer = await call_next(request)
    logger.info("%s %s", {what})
    return answer
"""


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("request.method, request.url.path", [("access", "trace")]),
        ("request.method, request.state.user", [("on", "trace")]),
        ("answer.headers, 1", []),
    ],
)
def test_a_middleware_that_logs_requests_is_a_trail(tmp_path: Path, what: str, expected: list[tuple[str, str]]) -> None:
    assert trails(scanned(tmp_path, MIDDLEWARE.format(what=what))) == expected


def test_a_middleware_that_logs_exceptions_is_none(tmp_path: Path) -> None:
    more = """
@app.middleware("http")
async def trace(request, call_next):
    try:
        return await call_next(request)
    except ValueError:
        logger.info("%s %s", request.method, request.url.path)
"""
    assert trails(scanned(tmp_path, more)) == []


def test_a_listener_of_a_session_records_every_type(tmp_path: Path) -> None:
    listener = """
from sqlalchemy import event
@event.listens_for(Session, "before_flush")
def keep(session, context, instances):
    session.add(AuditLog(text="changed"))
"""
    assert trails(scanned(tmp_path, listener)) == [("on", "the event listener keep")]


def test_a_listener_of_one_type_records_that_type(tmp_path: Path) -> None:
    listener = """
from sqlalchemy import event
@event.listens_for(Order, "after_delete")
def keep(mapper, connection, target):
    logger.info("order deleted")
"""
    found = scanned(tmp_path, listener)
    assert trails(found) == []
    assert {entity.name: entity.audit for entity in found.entities}["Order"] == "the event listener keep"


@pytest.mark.parametrize(
    ("model", "more", "expected"),
    [
        ("history = HistoricalRecords()", "", "django-simple-history"),
        ("", "auditlog.register(Order)", "django-auditlog"),
        (
            "",
            '@receiver(post_delete, sender=Order)\ndef gone(sender, **kwargs):\n    logger.info("gone")\n',
            "the signal receiver gone",
        ),
        ("", "@receiver(post_delete, sender=Order)\ndef gone(sender, **kwargs):\n    cache.clear()\n", ""),
        ("", "post_delete.connect(handlers.write_history, sender=Order)", "the signal receiver write_history"),
        (
            "",
            'post_delete.connect(handlers.write_history, sender=apps.get_model("shop", "Order"))',
            "the signal receiver write_history",
        ),
        ("", "post_delete.connect(handlers.clear_cache, sender=Order)", ""),
        ("", "", ""),
    ],
)
def test_a_model_of_django_is_recorded(tmp_path: Path, model: str, more: str, expected: str) -> None:
    plant(tmp_path, {
        "manage.py": 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
        "shop/__init__.py": "",
        "shop/settings.py": 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["shop"]\nMIDDLEWARE = []\n',
        "shop/models.py": f"from django.db import models\nclass Order(models.Model):\n    name = models.TextField()\n    {model}\n",
        "shop/signals.py": f"import logging\nlogger = logging.getLogger(__name__)\nfrom shop.models import Order\n{more}",
        "shop/views.py": "from shop.models import Order\ndef remove(request, pk):\n    Order.objects.get(pk=pk).delete()\n",
        "shop/urls.py": 'from django.urls import path\nfrom shop import views\nurlpatterns = [path("orders/<pk>/", views.remove)]\n',
    })  # fmt: skip
    (entity,) = scan(tmp_path).inventory.entities
    assert entity.audit == expected


def test_a_signal_of_sign_ins_is_a_setting(tmp_path: Path) -> None:
    listener = """
from flask_login import user_logged_in
def keep(app, user):
    logger.info("%s signed in", user.id)
def init(app):
    user_logged_in.connect(keep)
"""
    found = [setting for setting in scanned(tmp_path, listener).settings if setting.name == "sign-in-log"]
    assert [(setting.value, setting.detail("by")) for setting in found] == [("success", "keep")]
