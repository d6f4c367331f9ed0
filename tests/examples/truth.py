"""The examples: what is true of each, and what a scan says of it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct

from assay.assessment.rooms import Wish
from assay.assessment.run import Order, assessed
from assay.assessment.settings import Settings
from assay.assessment.source_room import read
from assay.assessment.wiring import rooms
from assay.model.assessment import Assessment

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
FASTAPI = EXAMPLES / "orders-fastapi"
ASPNETCORE = EXAMPLES / "orders-aspnetcore"
TODAY = date(2026, 1, 15)


class Truth(Struct, frozen=True):
    """What is true of an example."""

    endpoints: dict[tuple[str, str], tuple[bool, str]]
    """Method and path to whether a caller must be known, and the authorization class."""
    findings: set[tuple[str, str, str]]
    """Rule, method and path."""
    settings: set[tuple[str, str]]
    """Rule and file of findings that are of no endpoint."""


def truth(example: Path) -> Truth:
    """The truth file of an example."""
    held: dict[str, Any] = json.loads((example / "truth.json").read_text("utf-8"))
    endpoints = held["endpoints"]
    return Truth(
        {(each["method"], each["path"]): (each["auth"], each["authorization"]) for each in endpoints},
        {(rule, each["method"], each["path"]) for each in endpoints for rule in each["findings"]},
        {(each["rule"], each["place"]) for each in held["settings"]},
    )


def scanned(root: Path, *, jobs: int = 1, cache: Path | None = None) -> Assessment:
    """What `assay scan` says of a folder, on a fixed day."""
    settings = Settings(name="example")
    order = Order(root, Wish(settings, jobs=jobs, cache=cache), TODAY)
    return assessed(order, rooms(settings, read), lambda what, done, total: None)


def said(found: Assessment) -> Truth:
    """What a scan says, in the shape of a truth file."""
    verdicts = [finding.verdict for finding in found.findings]
    return Truth(
        {(each.method, each.path): (each.auth is True, each.authorization.value) for each in found.inventory.endpoints},
        {(each.rule, each.subject.method, each.subject.path) for each in verdicts if each.subject.kind == "endpoint"},
        {(each.rule, each.place.path if each.place else "") for each in verdicts if each.subject.kind != "endpoint"},
    )
