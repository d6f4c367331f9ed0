"""The HTML report is one file that asks for nothing, escapes everything and can be read by everybody."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from msgspec.structs import replace
from tests.reports.made import HOSTILE, assessments, bounded
from tests.reports.shop import EMPTY, SHOP

from assay.model.assessment import Assessment
from assay.reports.html_report import REPORT
from assay.reports.html_report._markdown import rendered

VOID = {"meta", "input", "br", "hr"}


class Reader(HTMLParser):
    """Collects tags, and checks that they are nested."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def read(assessment: Assessment) -> Reader:
    reader = Reader()
    reader.feed(REPORT.write(assessment))
    assert not reader.open
    return reader


@pytest.mark.parametrize("assessment", [SHOP, EMPTY], ids=["shop", "empty"])
def test_the_policy_allows_this_style_and_this_script_and_nothing_else(assessment: Assessment) -> None:
    text = REPORT.write(assessment)
    policy = next(attrs["content"] for tag, attrs in read(assessment).tags if tag == "meta" and "http-equiv" in attrs)
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    for tag in ("style", "script"):
        found = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert len(found) == 1
        assert f"{tag}-src 'sha256-{b64encode(sha256(found[0].encode()).digest()).decode()}'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("assessment", [SHOP, EMPTY], ids=["shop", "empty"])
def test_nothing_is_loaded_and_no_attribute_runs(assessment: Assessment) -> None:
    for tag, attrs in read(assessment).tags:
        assert tag not in {"img", "link", "iframe", "object", "embed", "base", "video", "audio"}
        assert not {"src", "srcset", "style", "background", "action", "data"} & set(attrs)
        assert not [name for name in attrs if name.startswith("on")]
    style = re.findall(r"<style>(.*?)</style>", REPORT.write(assessment), re.DOTALL)[0]
    assert "url(" not in style
    assert "@import" not in style


def test_headings_step_down_one_level_at_a_time_and_there_is_one_first() -> None:
    headings = read(SHOP).headings
    assert headings.count(1) == 1
    assert headings[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))


def test_tables_say_what_their_headers_are_for() -> None:
    tags = read(SHOP).tags
    assert all(attrs.get("scope") in {"col", "row"} for tag, attrs in tags if tag == "th")
    own = [attrs for tag, attrs in tags if tag == "table" and "role" in attrs]
    assert len(own) == sum(tag == "caption" for tag, _ in tags) > 4
    assert any(tag == "a" and attrs.get("class") == "skip" for tag, attrs in tags)
    assert all(attrs.get("lang") == "en" for tag, attrs in tags if tag == "html")


def test_every_link_inside_the_page_leads_somewhere() -> None:
    tags = read(SHOP).tags
    names = [attrs["id"] for _, attrs in tags if attrs.get("id")]
    assert len(names) == len(set(names))
    inside = [str(attrs["href"])[1:] for tag, attrs in tags if tag == "a" and str(attrs.get("href")).startswith("#")]
    assert set(inside) <= set(names)


def test_a_finding_says_severity_in_words_with_its_steps_and_its_fix() -> None:
    text = REPORT.write(SHOP)
    found = text[text.index(f'id="finding-{SHOP.findings[0].fingerprint}"') :].split("</details>")[0]
    for part in (
        "critical",
        "new",
        "DELETE /orders/{id}",
        "no middleware refuses",
        "services/orders/main.py:12",
        "APIRouter(",
    ):
        assert part in found
    assert "reset is reachable from the cluster only" in text
    assert "Suppression expired, so it counts" in text


def test_a_fix_of_several_lines_is_a_block_of_code() -> None:
    verdict = replace(SHOP.findings[0].verdict, fix="router = APIRouter(\n    dependencies=[x])")
    text = REPORT.write(replace(SHOP, findings=(replace(SHOP.findings[0], verdict=verdict),)))
    assert "<pre><code>router = APIRouter(\n    dependencies=[x])</code></pre>" in text


def test_a_rule_page_is_rendered_with_its_table_and_code() -> None:
    text = REPORT.write(SHOP)
    assert "<strong>Anybody</strong>" in text
    assert '<a href="https://owasp.org/API-Security/" rel="noopener noreferrer">' in text
    assert '<th scope="col">looked at</th>' in text
    assert "@app.delete(&quot;/orders/{id}&quot;)" in text


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "![x](https://evil.example/p.png)",
        "[x](javascript:alert(1))",
        "<img src=x onerror=y>",
        "[x](data:text/html,1)",
    ],
)
def test_markdown_passes_no_html_no_image_and_no_script_address(source: str) -> None:
    html = str(rendered(source))
    assert not re.search(r"<(script|img)", html)
    assert not re.search(r"""(src|href)="(javascript|data)""", html)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_text(text: str) -> None:
    endpoint = replace(SHOP.inventory.endpoints[0], path=text, handler=text, reasons=(text,))
    verdict = replace(
        SHOP.findings[0].verdict, message=text, fix=text, subject=replace(SHOP.findings[0].verdict.subject, path=text)
    )
    hostile = replace(
        SHOP,
        run=replace(SHOP.run, target=text, commit=text, options=((text, text),)),
        inventory=replace(SHOP.inventory, endpoints=(endpoint, *SHOP.inventory.endpoints[1:])),
        findings=(replace(SHOP.findings[0], verdict=verdict),),
    )
    plain = {(tag, tuple(sorted(attrs))) for tag, attrs in read(SHOP).tags}
    assert {(tag, tuple(sorted(attrs))) for tag, attrs in read(hostile).tags} <= plain
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", REPORT.write(hostile))


@bounded
@given(assessments)
def test_any_document_is_nested_and_loads_nothing(assessment: Assessment) -> None:
    for tag, attrs in read(assessment).tags:
        assert tag not in {"img", "link", "iframe", "object"}
        assert not [name for name in attrs if name.startswith("on") or name in {"src", "style"}]
