"""What `assay scan` said before, said again: where nothing changed that an answer depends on, nothing is judged or written anew.

Only answers of a tree by itself are kept: whatever also asks git, a ledger, a running API, a baseline or a file elsewhere is
worked out every time. Little may be imported here; that is what it is for. Source: shared/performance.md section 6, T9.
"""

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from assay.assessment.clock import day
from assay.assessment.revision import commit
from assay.cli.cache import cache_folder
from assay.cli.stdout import is_terminal, note, say
from assay.errors import AssayError
from assay.source.files import discover
from assay.source.snapshot import HASTE, Snapshots

if TYPE_CHECKING:
    from assay.model.program import Inventory

ALONE = ("baseline", "change", "contract", "deep", "history", "new_only", "output", "since", "write_baseline")
"""Flags with which an answer depends on more than the tree, or does more than answer."""
OUTWARD = re.compile(rb"""\$ref["']?\s*:\s*(?:["'](?!#)|[^"'\s#])|\\u0024""")
"""A reference of a contract to another file, or what may be one."""
SETTINGS = frozenset(
    {"criteria", "exclude", "exemptions", "frameworks", "name", "scope", "suppressions", "thresholds", "vocabulary"}
)
"""Keys of assay.toml that name nothing outside the tree."""


class Answer(Struct, frozen=True):
    """Everything that a scan says, and its exit code."""

    code: int
    remark: str
    """A line for standard error; "" for none."""
    text: str

    def give(self) -> int:
        """Say it."""
        if self.text:
            say(self.text)
        if self.remark:
            note(self.remark)
        return self.code


class Place(Struct, frozen=True):
    """Where the answer of one run over one state of a tree is kept."""

    kept: Snapshots
    key: bytes

    def answer(self) -> Answer | None:
        """The answer, if there is one."""
        found = self.kept.load(self.key)
        if found is None:
            return None
        head, _, text = found.partition(b"\n")
        told = json.loads(head)
        return Answer(told["code"], told["remark"], text.decode("utf-8", "surrogatepass"))

    def keep(self, answer: Answer) -> None:
        """Keep an answer for the next run."""
        head = json.dumps({"code": answer.code, "remark": answer.remark}).encode()
        self.kept.store(self.key, head + b"\n" + answer.text.encode("utf-8", "surrogatepass"))


def place(root: Path, flags: Mapping[str, object]) -> Place | None:
    """Where the answer to these flags is kept; None when it depends on more than the tree, or when nothing may be kept."""
    folder = None if flags["no_cache"] else cache_folder()
    if folder is None or not flags["no_record"] or is_terminal() or any(flags[name] for name in ALONE):
        return None
    stated = _stated(flags["config"] or root / "assay.toml")
    if stated is None:
        return None
    try:
        tree = discover(root)
        today = day(str(flags["as_of"]))
    except AssayError:
        return None  # it is told where the scan finds it
    words = (
        stated,
        f"{root.name} {commit(root)} {today}",
        repr(sorted((name, value) for name, value in flags.items() if name != "jobs")),
        f"{shutil.get_terminal_size((0, 0)).columns} {[os.environ.get(name) for name in ('NO_COLOR', 'FORCE_COLOR', 'TERM')]}",
        repr(tree.too_large),
    )
    kept = Snapshots(folder, tree.root, "answer")
    return Place(kept, kept.key(tree, words))


def is_lasting(root: Path, inventory: "Inventory") -> bool:
    """Whether the same tree gives the same again: a file may have been given up for want of time, and a contract may refer to
    files that are not looked at otherwise.
    """
    if any(HASTE in skipped.reason for skipped in inventory.skipped):
        return False
    try:
        return not any(OUTWARD.search((root / each.place.path).read_bytes()) for each in inventory.contracts)
    except OSError:
        return False


def _stated(path: object) -> str | None:
    """The settings as they are written; None when they name what is not in the tree, or cannot be read."""
    file = Path(str(path))
    if not file.is_file():
        return ""
    import tomllib

    try:
        text = file.read_text("utf-8")
        return text if set(tomllib.loads(text)) <= SETTINGS else None
    except (OSError, ValueError, RecursionError):
        return None
