"""Makes the document: fills the templates, and writes the policy that allows this style and this script alone."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from assay.model.assessment import Assessment
from assay.model.endpoint import Authorization
from assay.reports.html_report._markdown import rendered
from assay.reports.outline import text, views

PACKAGE = "assay.reports.html_report"
TONES = {
    "deviation": "bad",
    "fail": "bad",
    "public": "bad",
    "partly-tested": "unsure",
    "not-tested": "unsure",
    "unknown": "unsure",
    "operating": "good",
    "pass": "good",
    "outside": "plain",
}
"""What colour repeats of a word; words without one are plain."""


def document(assessment: Assessment) -> str:
    """The whole page."""
    style, script = _asset("style.css"), _asset("script.js")
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            assessment=assessment,
            run=assessment.run,
            inventory=assessment.inventory,
            # The two are files of this package, not what a user wrote.
            style=Markup(style),  # noqa: S704
            script=Markup(script),  # noqa: S704
            policy=_policy(style, script),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_harmless,
    )
    environment.globals |= {
        "counted": text.counted,
        "decimal": text.decimal,
        "percent": text.percent,
        "commit": text.commit,
        "markdown": rendered,
        "tone": _tone,
        "classes": tuple(map(str, Authorization)),
        "views": {name: getattr(views, name) for name in VIEWS},
    }
    return environment


VIEWS = (
    "accepted", "api_name", "controls_of", "groups", "has_tested", "has_views", "omissions", "opened", "place_of", "refuted", "reviewed",
    "seen_in", "severities", "sheet", "standing", "state", "statements", "suppressed", "suppression_text", "tallies", "weakness",
    "WRITTEN", "unrestored",
)  # fmt: skip
"""What templates may look at."""


def _harmless(value: object) -> object:
    """Whatever a template puts out, without control characters; markup was made from harmless text already."""
    return value if isinstance(value, Markup) else text.block(str(value))


def _tone(word: str) -> str:
    return TONES.get(word, "plain")


def _policy(style: str, script: str) -> str:
    """Content Security Policy Level 3: nothing may be loaded, and only this style and this script run."""
    return f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"


def _hash(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"


@cache
def _asset(name: str) -> str:
    return (files(PACKAGE) / name).read_text(encoding="utf-8")
