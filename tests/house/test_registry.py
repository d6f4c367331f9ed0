"""The registry snapshot: whoever adds or changes a plug-in sees it, and so does the reviewer."""

from tests.house.tree import ROOT

from tools.registry import lines

SNAPSHOT = ROOT / "tests" / "house" / "registry.txt"


def test_the_registry_is_what_its_snapshot_says() -> None:
    kept = SNAPSHOT.read_text(encoding="utf-8").splitlines() if SNAPSHOT.exists() else []
    found = list(lines())
    missing = [f"- {line}" for line in kept if line not in found]
    new = [f"+ {line}" for line in found if line not in kept]
    assert found == kept, "\n".join(["the registry changed; if that is meant: make snap", *missing, *new])
