"""The HTML report in a real browser: no error, the filters work, the theme turns, axe finds nothing, printing opens everything."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from tests.reports.shop import SHOP

from assay.reports.html_report import REPORT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install -y chromium"),
]


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    api = pytest.importorskip("playwright.sync_api", reason="no playwright: it is in the development group")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS.split())
        yield opened
        opened.close()


@pytest.fixture
def page(browser: "Browser", tmp_path: Path) -> "Iterator[Page]":
    """The report opened from disk; whatever it complains of or asks for fails the test."""
    file = tmp_path / "report.html"
    file.write_text(REPORT.write(SHOP), encoding="utf-8")
    complaints: list[str] = []
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda request: complaints.append(request.url) if request.url != file.as_uri() else None)
    opened.goto(file.as_uri())
    yield opened
    opened.close()
    assert complaints == []


def shown(page: "Page", items: str) -> int:
    return page.locator(f"{items} [data-item]:visible").count()


def test_nothing_runs_off_the_side_of_a_telephone(page: "Page") -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_filter_box_keeps_what_holds_every_word(page: "Page") -> None:
    assert shown(page, "#finding-list") == len(SHOP.findings)
    page.get_by_label("Filter findings").fill("orders delete")
    assert shown(page, "#finding-list") == 1
    assert page.locator("form[data-filters=finding-list] output").inner_text() == "1 of 6 shown"
    assert page.locator("#finding-list [data-group]:visible").count() == 1


def test_severity_and_state_are_chosen_together(page: "Page") -> None:
    page.get_by_label("Severity").select_option("critical")
    assert shown(page, "#finding-list") == 2
    page.get_by_label("State", exact=True).select_option("new")
    assert shown(page, "#finding-list") == 1
    page.get_by_label("State", exact=True).select_option("suppressed")
    assert shown(page, "#finding-list") == 0


def test_endpoints_are_filtered_by_authorization(page: "Page") -> None:
    page.get_by_label("Authorization").select_option("role")
    assert shown(page, "#endpoint-list") == 2
    assert page.locator("#endpoint-list table:visible").count() == 1


def test_the_button_turns_the_theme(page: "Page") -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Dark mode").click()
    assert page.evaluate(ground) != light
    page.get_by_role("button", name="Light mode").click()
    assert page.evaluate(ground) == light


def test_a_link_to_a_finding_opens_it(page: "Page") -> None:
    page.locator("#score ~ table a, #score ~ * a").first.click()
    page.locator(
        f"#finding-{SHOP.findings[0].fingerprint}[open]"
    ).wait_for()  # the page hears of its new address a moment later


def test_what_is_printed_is_open(page: "Page") -> None:
    page.emulate_media(media="print")
    assert page.get_by_text("no middleware refuses").is_visible()
    assert not page.get_by_role("button", name="Dark mode").is_visible()


@pytest.mark.parametrize("width", [420, 1280])
def test_it_never_scrolls_sideways(page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier(page: "Page", scheme: Literal["light", "dark"]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe: it is in the development group")
    page.emulate_media(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
