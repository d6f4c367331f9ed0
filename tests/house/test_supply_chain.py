"""What Assay stands on: locked by hash, free to use, and named without the address of a registry."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.house.tree import ROOT, modules

REGISTRIES = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry.npm" + "js",
    "deb.deb" + "ian.org",
    "proxy.go" + "lang",
)
PERMISSIVE = re.compile(r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|0BSD|Unlicense)\b", re.IGNORECASE)
DATA = {"certifi"}
"""The authorities that Mozilla trusts, as a file that httpx reads and nobody changes: its licence (MPL 2.0) asks for no more."""
COPYLEFT = re.compile(r"\b(L?GPL|AGPL|SSPL|EUPL|General Public)", re.IGNORECASE)


def test_every_dependency_is_locked_with_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(each for group in project["project"].get("optional-dependencies", {}).values() for each in group),
        *(each for group in project["dependency-groups"].values() for each in group if isinstance(each, str)),
    ]
    locked = dict(_locked((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    for requirement in map(Requirement, wanted):
        version = locked.get(canonicalize_name(requirement.name), "")
        assert requirement.specifier.contains(version or "0"), f"{requirement} is not in requirements.lock: make lock"


def test_everything_that_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {canonicalize_name(Requirement(text).name) for text in project["dependencies"]}
    homes = metadata.packages_distributions()
    imported = {name.partition(".")[0] for file in modules("src") for name in file.imports()}
    foreign = imported - sys.stdlib_module_names - {"assay"}
    undeclared = {name for name in foreign if not declared & {canonicalize_name(home) for home in homes.get(name, [])}}
    assert not undeclared, "name them in pyproject.toml, then: make lock"


@pytest.mark.parametrize("lock", ["requirements.lock", "runtime.lock", "tools/boot.lock"])
def test_every_line_of_a_lock_carries_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert dict(_locked(text))
    for block in re.split(r"\n(?=\S)", text):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_users_get_the_versions_that_the_tests_ran_with() -> None:
    tested = dict(_locked((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    shipped = dict(_locked((ROOT / "runtime.lock").read_text(encoding="utf-8")))
    assert shipped.items() <= tested.items(), "make lock"
    assert "pytest" not in shipped


def test_no_committed_file_names_the_address_of_a_registry() -> None:
    naming = [name for name in _committed() if any(host in _text(name) for host in REGISTRIES)]
    assert not naming


def test_what_is_needed_at_run_time_has_a_permissive_licence() -> None:
    needed = sorted(_closure("assay", set()) - DATA)
    assert {"click", "msgspec", "rich", "tree-sitter"} <= set(needed)
    for name in needed:
        licence = _licence(name)
        assert PERMISSIVE.search(licence), f"{name}: {licence!r} is not known to be permissive"
        assert not COPYLEFT.search(licence), f"{name}: {licence!r}"


def _locked(text: str) -> Iterator[tuple[str, str]]:
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ \\]+)", text, re.MULTILINE):
        yield canonicalize_name(name), version


def _committed() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    return [name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


def _closure(name: str, seen: set[str]) -> set[str]:
    for text in metadata.requires(name) or []:
        requirement = Requirement(text)
        child = canonicalize_name(requirement.name)
        if child not in seen and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
            seen.add(child)
            _closure(child, seen)
    return seen


def _licence(name: str) -> str:
    fields = metadata.metadata(name)
    kinds = [text for text in fields.get_all("Classifier") or [] if text.startswith("License")]
    stated = [*(fields.get_all("License-Expression") or []), *kinds, *(fields.get_all("License") or [])]
    return str(stated[0]) if stated else ""
