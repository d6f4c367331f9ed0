"""Small Flask and Django trees and what their endpoints reach."""

from pathlib import Path

from assay.model.endpoint import Endpoint
from assay.model.reach import Access
from assay.source.scan import scan

FLASK = """
from flask import Flask, abort, g, jsonify, request, session, redirect
from flask_login import current_user, login_required
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__)
db = SQLAlchemy(app)

class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    token = db.Column(db.String)
    orders = db.relationship("Order")

class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    state = db.Column(db.String)
"""
SETTINGS = """
ROOT_URLCONF = "shop.urls"
AUTH_USER_MODEL = "orders.User"
INSTALLED_APPS = ["rest_framework", "orders"]
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
"""
MODELS = """
from django.contrib.auth.models import AbstractUser
from django.db import models

class User(AbstractUser):
    pass

class OrderQuerySet(models.QuerySet):
    def of(self, user):
        return self.filter(owner=user)

class Current(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(is_gone=False)

class Order(models.Model):
    owner = models.ForeignKey(User, related_name="orders", on_delete=models.CASCADE)
    state = models.CharField(max_length=9)
    objects = OrderQuerySet.as_manager()
    current = Current()
"""
VIEWS = """
from django.db.models import Q
from django.http import HttpResponse, HttpResponseForbidden, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views import View
from django.views.generic import DeleteView, DetailView, UpdateView
from rest_framework import generics, permissions, serializers, viewsets
from rest_framework.decorators import action, api_view
from rest_framework.routers import DefaultRouter
from orders.models import Order, User
"""


def flask(root: Path, source: str) -> tuple[Endpoint, ...]:
    """The endpoints of a Flask application."""
    (root / "app.py").write_text(FLASK + source)
    return scan(root).inventory.endpoints


def django(root: Path, source: str, models: str = MODELS) -> tuple[Endpoint, ...]:
    """The endpoints of a Django project whose root URL configuration is this source."""
    files = {
        "manage.py": "",
        "shop/__init__.py": "",
        "orders/__init__.py": "",
        "shop/settings.py": SETTINGS,
        "orders/models.py": models,
        "shop/urls.py": VIEWS + source,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    return scan(root).inventory.endpoints


def accesses(endpoints: tuple[Endpoint, ...], name: str = "") -> list[Access]:
    """What the endpoint of that name (method and path) touches; of the only one, if none is named."""
    chosen = [endpoint for endpoint in endpoints if not name or endpoint.name == name]
    assert len(chosen) == 1, [endpoint.name for endpoint in endpoints]
    assert chosen[0].reach is not None
    return list(chosen[0].reach.accesses)


def shown(found: list[Access]) -> list[str]:
    """Accesses in short: `read Order id=path:id keyed`."""
    return [
        " ".join(
            [
                access.action,
                access.entity,
                *(f"{key.field}={key.origin}:{key.name}" for key in access.keys),
                access.protection.partition(":")[0] or "-",
            ]
        )
        for access in found
    ]
