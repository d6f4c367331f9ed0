"""Queries of a model's own class, comparisons that tie nothing, and forms that count tries in a cache."""

from pathlib import Path

import pytest
from tests.source.reach.test_unseen_flask import MODEL, failing
from tests.source.reach.test_unseen_python import written

from assay.source.scan import scan

NOTES = (
    MODEL
    + """
from flask_sqlalchemy import BaseQuery
class Note(db.Model):
    class NoteQuery(BaseQuery):
        def own(self, id):
            return self.filter(Note.id == id).filter({test}).one()
    query_class = NoteQuery
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))

@app.delete("/other/<int:id>")
@login_required
def other(id):
    note = Note.query.filter_by(id=id, user_id=current_user.id).one()
    db.session.delete(note)
    db.session.commit()
    return ""

@app.delete("/notes/<int:id>")
@login_required
def remove(id):
    note = {select}
    db.session.delete(note)
    db.session.commit()
    return ""
"""
)
OWN, KEYED = "Note.query.own(id)", "Note.query.filter(Note.id == id)"


@pytest.mark.parametrize(
    ("test", "select", "is_found"),
    [
        ("Note.user_id == current_user.id", OWN, False),
        ("User.id == current_user.id", OWN, True),  # every note, once for each user that there is
        ("True", f"{KEYED}.filter(User.id == current_user.id).one()", True),
        ("True", f"{KEYED}.join(User).filter(User.id == current_user.id).one()", False),
        ("True", f"{KEYED}.filter(Note.user_id == User.id, User.id == current_user.id).one()", False),
    ],
)
def test_only_a_comparison_with_what_is_selected_or_joined_ties_it(
    tmp_path: Path, test: str, select: str, *, is_found: bool
) -> None:
    tree = written(tmp_path, {"app.py": NOTES.format(test=test, select=select)})
    assert ("DELETE /notes/{id}" in failing(tree, "AP101")) is is_found


FORM = """
from django import forms
from django.contrib.auth import authenticate, login
from django.core.cache import cache
from django.urls import path
from django.views.generic import FormView
class LoginForm(forms.Form):
    name = forms.CharField()
    password = forms.CharField()
    rate_limit_key = "logins"
    def clean(self):
        data = super().clean()
        if (cache.get({key}) or 0) > 10:
            raise forms.ValidationError("wait")
        self.user = authenticate(username=data["name"], password=data["password"])
        return data
class Login(FormView):
    form_class = LoginForm
    def form_valid(self, form):
        login(self.request, form.user)
        return super().form_valid(form)
urlpatterns = [path("login", Login.as_view())]
"""


@pytest.mark.parametrize(("key", "expected"), [("self.rate_limit_key", ["rate-limit"]), ("self.name", [])])
def test_a_form_that_asks_a_cache_for_the_key_of_its_limit_limits(
    tmp_path: Path, key: str, expected: list[str]
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/settings.py").write_text('ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = []\n', "utf-8")
    (tmp_path / "shop/urls.py").write_text(FORM.format(key=key), "utf-8")
    (found,) = [each for each in scan(tmp_path).inventory.endpoints if each.method == "POST"]
    assert found.reach is not None
    assert [throttle.kind for throttle in found.reach.throttles] == expected
