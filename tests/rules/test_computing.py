"""Open endpoints that only work something out from what they are sent."""

from pathlib import Path

import pytest
from tests.source.planting import plant
from tests.source.reach.judging import failures, firm

from assay.source.scan import scan

TEXT = """
from flask import Flask, request
from flask.views import MethodView
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__)
db = SQLAlchemy(app)
class Run(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    height = db.Column(db.Float)
class NAMED(MethodView):
    def post(self):
        body = request.get_json()
        STORE
        return {"bmi": body["weight"] / (body["height"] / 100) ** 2}
app.add_url_rule("/bmi", view_func=NAMED.as_view("bmi"))
"""
STORE = "db.session.add(Run(height=body['height']))\n        db.session.commit()"


@pytest.mark.parametrize(
    ("named", "store", "is_sure"),
    [("BmiCalculator", "pass", False), ("Bmi", "pass", True), ("BmiCalculator", STORE, True)],
)
def test_what_only_computes_is_no_sure_write(tmp_path: Path, named: str, store: str, *, is_sure: bool) -> None:
    text = TEXT.replace("NAMED", named).replace("STORE", store)
    found = scan(plant(tmp_path, {"main.py": text})).inventory
    assert failures(found, "AP004").keys() == {"/bmi"}
    assert firm(found, "AP004") == ({"/bmi"} if is_sure else set())
