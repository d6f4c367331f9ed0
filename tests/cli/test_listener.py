"""`assay scan URL --listener`: the option, the settings, and what is said of both."""

import json
from pathlib import Path

import pytest
from tests.cli.command import assay
from tests.live.servers import weak_token
from tests.live.serving import served

from assay.assessment.live_settings import live_settings
from assay.assessment.table import Table

ACTIVE = ("--mode", "active", "--confirm-host", "a.example")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["--listener", "http://127.0.0.1:0"],
            "--listener is for active mode, and this is safe mode. Mend: add --mode active",
        ),
        ([*ACTIVE, "--listener", "127.0.0.1:80"], "it needs http, a host and a port"),
        ([*ACTIVE, "--listener", "http://127.0.0.1:notaport"], "this is no URL"),
    ],
)
def test_a_listener_that_is_none_is_told_before_anything_is_asked(tmp_path: Path, words: list[str], told: str) -> None:
    done = assay("scan", "https://a.example", *words, at=tmp_path)
    assert done.code == 2
    assert told in done.err


def test_a_call_to_the_listener_of_the_settings_is_a_finding_with_its_caller(tmp_path: Path) -> None:
    with served(weak_token.make_app()) as origin:
        (tmp_path / "assay.toml").write_text(
            f'[live]\nurl = "{origin}"\nlistener = "http://127.0.0.1:0"\n', encoding="utf-8"
        )
        host = origin.removeprefix("http://")
        words = ("--mode", "active", "--confirm-host", host, "--rate", "5000", "--no-record", "--format", "json")
        done = assay("scan", *words, at=tmp_path)
    (found,) = [each for each in json.loads(done.out)["findings"] if each["rule"] == "AP545"]
    assert found["endpoint"] == {"method": "GET", "path": "/preview"}
    assert found["confidence"] == "confirmed"
    assert "The listener got a GET from 127.0.0.1" in json.dumps(found["steps"])
    assert found["exchanges"][0]["curl"].startswith("curl -i ")


def test_an_identity_may_be_called_expendable_and_is_not_by_default() -> None:
    people = {"bob": {"token": "env:B", "expendable": True}, "eve": {"token": "env:E"}}
    found = live_settings(Table("assay.toml", {}), Table("assay.toml", people, "identities"))
    assert {each.name: each.is_expendable for each in found.identities} == {"bob": True, "eve": False}
