"""A scan of files that were scanned before says the same, at once, and anything that may matter makes it look again."""

from pathlib import Path

import pytest
from tests.source.planting import plant

from assay.source import scan as scanning
from assay.source.scan import ScanOptions, scan
from assay.source.snapshot import HASTE
from assay.source.vocabulary import Vocabulary

APP = """from fastapi import Depends, FastAPI, HTTPException
app = FastAPI()
# assay: ignore


def user(token: str) -> str:
    if not token:
        raise HTTPException(401)
    return token


@app.get("/items/{item_id}")
def read(item_id: int, who: str = Depends(user)) -> int:
    return item_id


@app.post("/items")
def create() -> None: ...
"""


def _count(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names each scan that is really made from now on."""
    made: list[str] = []
    real = scanning._scanned

    def counted(*arguments: object) -> object:
        made.append("scan")
        return real(*arguments)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(scanning, "_scanned", counted)
    return made


def test_an_unchanged_tree_is_not_scanned_twice_and_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = plant(tmp_path / "tree", {"main.py": APP, "tests/test_a.py": "import pytest"})
    without = scan(root)
    made = _count(monkeypatch)
    options = ScanOptions(cache=tmp_path / "cache")
    assert [scan(root, options), scan(root, options), scan(root, options)] == [without] * 3
    assert made == ["scan"]
    assert [endpoint.name for endpoint in without.inventory.endpoints] == ["POST /items", "GET /items/{item_id}"]
    assert without.inventory.files.left_out == 1


def test_a_changed_file_or_setting_makes_it_look_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = plant(tmp_path / "tree", {"main.py": APP})
    made = _count(monkeypatch)
    cache = tmp_path / "cache"
    scan(root, ScanOptions(cache=cache))
    scan(root, ScanOptions(cache=cache, vocabulary=Vocabulary(guards=frozenset({"own"}))))
    scan(root, ScanOptions(cache=cache, limit=500_000))
    scan(root, ScanOptions(cache=cache, exclude=("other/**",)))
    plant(root, {"main.py": APP.replace("/items", "/things")})
    again = scan(root, ScanOptions(cache=cache))
    assert len(made) == 5
    assert [endpoint.path for endpoint in again.inventory.endpoints] == ["/things", "/things/{item_id}"]


def test_the_number_of_processes_is_no_reason_to_look_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = plant(tmp_path / "tree", {"main.py": APP})
    made = _count(monkeypatch)
    assert scan(root, ScanOptions(cache=tmp_path / "cache")) == scan(
        root, ScanOptions(cache=tmp_path / "cache", jobs=2)
    )
    assert made == ["scan"]


def test_what_there_was_no_time_for_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "x = [\n" + "1,\n" * 200_000 + "]\nimport fastapi\n"
    root = plant(tmp_path / "tree", {"main.py": APP, "slow.py": text})
    made = _count(monkeypatch)
    for _ in range(2):
        result = scan(root, ScanOptions(cache=tmp_path / "cache", seconds=0.0))
        assert any(HASTE in each.reason for each in result.inventory.skipped)
    assert len(made) == 2
