"""A tree is searched whole, and no report holds a value."""

import string
from pathlib import Path

import pytest
from tests.cli.command import assay
from tests.source.planting import plant
from tests.source.secrets.samples import drawn, token

from assay.model.secret import Standing
from assay.plugins.registry import registry
from assay.plugins.report import Report
from assay.source.files import discover
from assay.source.scan import ScanOptions, scan
from assay.source.secrets import search as searching
from assay.source.secrets.formats import prefixed
from assay.source.secrets.search import MOST, search, secrets

RANDOM = token(string.ascii_letters + string.digits, 32)
PLANTED = {each.id: drawn(each.text.decode(), 3) for each in prefixed() if each.id in {"sendgrid-key", "shopify-token"}}
API = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/health')\ndef health() -> str:\n    return 'ok'\n"
TREE = {
    "main.py": API,
    "config.py": f'SENDGRID = "{PLANTED["sendgrid-key"]}"\nSECRET_KEY = "{RANDOM}"\nDB = "mysql://shop:Tr0ub4dor3x@db.shop.net/x"\n',
    "deploy/run.sh": f"export SHOP={PLANTED['shopify-token']}\n",
    "tests/test_main.py": f'def test_it():\n    assert check(client_secret="{RANDOM[::-1]}")\n',
    "node_modules/other/index.js": f'token = "{RANDOM}"\n',
    "package-lock.json": f'{{"token": "{RANDOM}"}}\n',
}
VALUES = (*PLANTED.values(), RANDOM, RANDOM[::-1], "Tr0ub4dor3x")
REPORTS = [each.name for each in registry("assay.reports", "REPORT", Report, "name")]


def test_tests_are_searched_and_what_others_wrote_is_not(tmp_path: Path) -> None:
    found, looked = search(discover(plant(tmp_path, TREE)))
    assert {(each.place.path, each.standing) for each in found} == {
        ("config.py", Standing.PRODUCT),
        ("deploy/run.sh", Standing.PRODUCT),
        ("tests/test_main.py", Standing.TEST),
    }
    assert (looked.files, looked.passed_over, looked.unread) == (4, 1, 0)


def test_nothing_that_a_scan_gives_holds_a_value(tmp_path: Path) -> None:
    said = repr(scan(plant(tmp_path, TREE)))
    assert "config.py" in said
    assert [value for value in VALUES if value in said] == []


@pytest.mark.parametrize("report", REPORTS)
def test_no_report_holds_a_value(report: str, tmp_path: Path) -> None:
    done = assay("scan", plant(tmp_path / "shop", TREE), "--format", report, "--no-cache", "--no-record")
    said = done.out + done.err
    assert "AP201" in said or "hardcoded" in said or report in {"csv", "har"}, said[:400]
    assert [value for value in VALUES if value in said] == []


def test_the_same_tree_gives_the_same_secrets(tmp_path: Path) -> None:
    one, two = search(discover(plant(tmp_path / "a", TREE))), search(discover(plant(tmp_path / "b", TREE)))
    assert one == two


def test_a_secret_that_comes_into_a_test_is_seen_by_a_scan_that_keeps_results(tmp_path: Path) -> None:
    options = ScanOptions(cache=tmp_path / "cache")
    root = plant(tmp_path / "shop", {"main.py": API, "tests/test_main.py": "def test_it(): assert True\n"})
    assert scan(root, options).inventory.secrets == ()
    plant(root, {"tests/test_main.py": TREE["tests/test_main.py"]})
    assert len(scan(root, options).inventory.secrets) == 1


def test_of_a_list_of_secrets_the_surest_are_told() -> None:
    lines = [f'password = "{token(string.ascii_letters, 9, line)}{line}x"' for line in range(MOST + 50)]
    found = secrets("shop/users.py", "\n".join([*lines, f'x = "{PLANTED["shopify-token"]}"']).encode())
    assert len(found) == MOST
    assert "shopify-token" in {each.kind for each in found}


def test_a_text_that_is_too_large_to_be_parsed_is_searched_all_the_same(tmp_path: Path) -> None:
    filler = "# nothing\n" * 120_000
    held = {"big.py": f'{filler}API_SECRET = "{RANDOM}"\n', "tests/big.py": f'{filler}API_SECRET = "{RANDOM[::-1]}"\n'}
    found, looked = search(discover(plant(tmp_path, {"a.py": "x = 1\n", **held})))
    assert [str(each.place) for each in found] == ["big.py:120001", "tests/big.py:120001"]
    assert (looked.files, looked.too_large) == (3, 0)


def test_a_text_that_is_too_large_to_be_searched_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "SEARCHED", 1_100_000)
    big = "# nothing\n" * 120_000
    root = plant(tmp_path, {"a.py": "x = 1\n", "big.sql": big, "yarn.lock": big})
    _, looked = search(discover(root))
    assert (looked.files, looked.too_large) == (1, 1)


def test_a_large_text_that_changed_is_searched_again(tmp_path: Path) -> None:
    filler = "# nothing\n" * 120_000
    root = plant(tmp_path / "tree", {"a.py": "x = 1\n", "big.py": filler})
    options = ScanOptions(cache=tmp_path / "cache")
    assert scan(root, options).inventory.secrets == ()
    plant(root, {"big.py": f'{filler}API_SECRET = "{RANDOM}"\n'})
    assert len(scan(root, options).inventory.secrets) == 1


def test_a_key_that_the_settings_of_production_replace_is_for_development(tmp_path: Path) -> None:
    base = f'SECRET_KEY = "{RANDOM}"\nWEBHOOK_SECRET = "{RANDOM[::-1]}"\n'
    production = 'import os\nfrom .base import *\n\nSECRET_KEY = os.environ["SECRET_KEY"]\n'
    found, _ = search(discover(plant(tmp_path, {"shop/settings/base.py": base, "shop/settings/prod.py": production})))
    assert [(each.name, each.standing) for each in found] == [
        ("SECRET_KEY", Standing.DEVELOPMENT),
        ("WEBHOOK_SECRET", Standing.PRODUCT),
    ]


def test_libraries_of_pages_are_passed_over(tmp_path: Path) -> None:
    text = f'var clientSecret = "{RANDOM}";\n'
    found, looked = search(discover(plant(tmp_path, {"wwwroot/lib/other/other.js": text, "wwwroot/js/site.js": text})))
    assert [each.place.path for each in found] == ["wwwroot/js/site.js"]
    assert looked.passed_over == 1
