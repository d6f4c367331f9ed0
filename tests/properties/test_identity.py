"""A finding stays the same one while lines move and files change their names: its identity holds neither."""

import shutil
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.examples.truth import ASPNETCORE, FASTAPI, scanned

FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def identities(root: Path) -> list[str]:
    return sorted(finding.fingerprint for finding in scanned(root).findings)


def places(root: Path) -> list[tuple[str, int]]:
    return sorted((each.place.path, each.place.line) for each in scanned(root).inventory.endpoints)


def copied(example: Path, target: Path) -> Path:
    if target.exists():
        shutil.rmtree(target)
    return Path(shutil.copytree(example, target, ignore=shutil.ignore_patterns("__pycache__")))


@FEW
@given(lines=st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_blank_lines_and_comments_move_no_identity_in_python(tmp_path: Path, lines: list[int]) -> None:
    moved = copied(FASTAPI, tmp_path / FASTAPI.name)
    for path in sorted(moved.rglob("*.py")):
        path.write_text("# moved\n" * (1 + sum(lines) % 7) + spaced(path.read_text("utf-8"), lines), "utf-8")
    assert places(moved) != places(FASTAPI)
    assert identities(moved) == identities(FASTAPI)


@FEW
@given(lines=st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_blank_lines_and_comments_move_no_identity_in_csharp(tmp_path: Path, lines: list[int]) -> None:
    moved = copied(ASPNETCORE, tmp_path / ASPNETCORE.name)
    for path in sorted(moved.rglob("*.cs")):
        path.write_text("// moved\n" + spaced(path.read_text("utf-8"), lines), "utf-8")
    assert places(moved) != places(ASPNETCORE)
    assert identities(moved) == identities(ASPNETCORE)


def spaced(text: str, lines: list[int]) -> str:
    """The text with a blank line before some of its lines; neither example has a text of several lines with meaning in a router."""
    held = text.splitlines(keepends=True)
    for number in sorted(lines, reverse=True):
        if number < len(held):
            held.insert(number, "\n")
    return "".join(held)


def test_a_module_of_another_name_moves_no_identity(tmp_path: Path) -> None:
    moved = copied(FASTAPI, tmp_path / FASTAPI.name)
    (moved / "orders/routers/invoices.py").rename(moved / "orders/routers/billing.py")
    main = moved / "orders/main.py"
    text = main.read_text("utf-8").replace("health, invoices, orders", "billing, health, orders")
    main.write_text(text.replace("invoices.router", "billing.router"), "utf-8")
    assert "orders/routers/billing.py" in {path for path, _ in places(moved)}
    assert identities(moved) == identities(FASTAPI)


def test_a_class_file_of_another_name_or_folder_moves_no_identity(tmp_path: Path) -> None:
    moved = copied(ASPNETCORE, tmp_path / ASPNETCORE.name)
    (moved / "Orders.Api/Invoicing").mkdir()
    old = moved / "Orders.Api/Endpoints/InvoiceEndpoints.cs"
    old.rename(moved / "Orders.Api/Invoicing/Invoices.cs")
    assert "Orders.Api/Invoicing/Invoices.cs" in {path for path, _ in places(moved)}
    assert identities(moved) == identities(ASPNETCORE)


def test_a_mended_weakness_takes_its_identity_with_it(tmp_path: Path) -> None:
    mended = copied(FASTAPI, tmp_path / FASTAPI.name)
    users = mended / "orders/routers/users.py"
    text = users.read_text("utf-8").replace(
        "def remove(user_id: int, user: CurrentUser", "def remove(user_id: int, admin: Admin"
    )
    users.write_text(text, "utf-8")
    # The missing role was told as a weaker guard, as an administrative function and as an object of another.
    assert len(set(identities(FASTAPI)) - set(identities(mended))) == 3
    assert set(identities(mended)) < set(identities(FASTAPI))
