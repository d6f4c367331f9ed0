"""HAR: the exchanges behind findings, as other tools read them."""

import json

from msgspec.structs import replace
from tests.reports.shop import SHOP

from assay.model.exchange import Transcript
from assay.reports.har import write

EXCHANGE = Transcript(
    request="POST https://api.example.com/login",
    response="HTTP/1.1 401",
    curl="curl -i https://api.example.com/login",
    status=401,
    method="POST",
    url="https://api.example.com/login?next=%2Fhome&x",
    request_headers=(("content-type", "application/json"),),
    request_body="{}",
    response_headers=(("content-type", "application/json"), ("location", "/login")),
    response_body='{"detail": "no"}',
)


def test_an_entry_holds_request_answer_and_the_finding() -> None:
    first = SHOP.findings[0]
    shown = replace(SHOP, findings=(replace(first, verdict=replace(first.verdict, exchanges=(EXCHANGE,))),))
    (entry,) = json.loads(write(shown))["log"]["entries"]
    assert entry["request"]["queryString"] == [{"name": "next", "value": "/home"}, {"name": "x", "value": ""}]
    assert entry["request"]["postData"] == {"mimeType": "application/json", "text": "{}"}
    assert (entry["response"]["status"], entry["response"]["redirectURL"]) == (401, "/login")
    assert entry["comment"].startswith(first.verdict.rule)
    assert entry["startedDateTime"] == f"{SHOP.run.as_of}T00:00:00.000Z"


def test_a_run_without_a_live_test_has_no_entries() -> None:
    assert json.loads(write(SHOP))["log"]["entries"] == []
