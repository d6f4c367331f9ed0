"""HAR: the exchanges behind the findings of a live test, masked, for the tools of browsers and proxies (HTTP Archive 1.2).

Times are those of the run's day: no report tells more of a clock than the run does. A run without a live test gives no entries.
"""

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from assay.model.assessment import Assessment
from assay.model.exchange import Headers, Transcript
from assay.model.verdict import Verdict
from assay.plugins.report import Report
from assay.reports.outline.text import dumps, line
from assay.reports.outline.views import omissions, suppressed, suppression_text

Json = dict[str, object]
UNKNOWN = -1
"""What HAR writes for a size that nobody measured."""


def write(assessment: Assessment) -> str:
    """One entry for each exchange of each finding, worst finding first; the comment names the finding."""
    run = assessment.run
    entries = [
        _entry(finding.verdict, exchange, run.as_of)
        for finding in assessment.findings
        for exchange in finding.verdict.exchanges
    ]
    creator = {"name": line(run.tool), "version": line(run.version)}
    return dumps({"log": {"version": "1.2", "creator": creator, "entries": entries, "comment": _remarks(assessment)}})


def _remarks(assessment: Assessment) -> str:
    """What a reader of the entries alone would miss: what was not tested, not looked at, and what was accepted."""
    coverage = assessment.coverage
    rows = [f"Not tested, {count}: {line(reason)}" for reason, count in coverage.not_tested]
    rows += [f"Not looked at ({line(each.kind)}): {line(each.reason)}" for each in omissions(assessment)]
    rows += [
        f"Accepted, {line(finding.verdict.rule)} {line(finding.verdict.subject.name)}: {suppression_text(finding)}"
        for finding in suppressed(assessment)
    ]
    return "\n".join(rows)


def _entry(verdict: Verdict, exchange: Transcript, day: str) -> Json:
    return {
        "startedDateTime": f"{day}T00:00:00.000Z",
        "time": 0,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "comment": line(f"{verdict.rule} {verdict.message} ({_asker(exchange)})"),
    }


def _asker(exchange: Transcript) -> str:
    return (
        f"asked as {exchange.identity}, whose credentials are left out" if exchange.identity else "asked as a stranger"
    )


def _request(exchange: Transcript) -> Json:
    found: Json = {
        "method": exchange.method,
        "url": line(exchange.url),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(exchange.request_headers),
        "queryString": _pairs(parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)),
        "headersSize": UNKNOWN,
        "bodySize": UNKNOWN,
    }
    if exchange.request_body:
        found["postData"] = {
            "mimeType": _value(exchange.request_headers, "content-type"),
            "text": exchange.request_body,
        }
    return found


def _response(exchange: Transcript) -> Json:
    """HAR has status 0 for a request that got no answer."""
    mime = _value(exchange.response_headers, "content-type") or "x-unknown"
    return {
        "status": exchange.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(exchange.response_headers),
        "content": {"size": UNKNOWN, "mimeType": mime, "text": exchange.response_body},
        "redirectURL": _value(exchange.response_headers, "location"),
        "headersSize": UNKNOWN,
        "bodySize": UNKNOWN,
    }


def _headers(headers: Headers) -> list[Json]:
    return _pairs((name, line(value)) for name, value in headers)


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in pairs]


def _value(headers: Headers, name: str) -> str:
    return next((line(value) for key, value in headers if key == name), "")


REPORT = Report(name="har", title="HAR, the exchanges of a live test", extension="har", write=write)
