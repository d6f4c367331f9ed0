"""Assay beside other tools, on identical files, in one run: `make bench-peers`, or `python -m benchmarks.peers FOLDER...`.

Each folder is copied as far as Assay itself reads it, so that no tool has more to do than another. The peers are looked for below
`--peers` (default ../peers), each in an environment of its own: `uv venv ../peers/semgrep`, `uv pip install -p ../peers/semgrep semgrep`.
One that is not there is left out with a reason. The rules of semgrep's packs may not be sold, so none stands here: a pack is read from
`../peers/semgrep-rules/pack-LANGUAGE` if somebody put it there. Never part of CI: it takes minutes and needs programs that nobody pinned.
"""

import argparse
import compileall
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field, to_builtins

from assay.source.files import LIMIT, Tree, discover
from assay.source.scan import frameworks
from assay.source.secrets.search import search
from assay.source.survey import survey
from benchmarks import measure
from benchmarks.page import replace_part
from benchmarks.running import Taken, least, run
from benchmarks.targets import PEER_TARGETS, SLACK, UNNOTICED, UNNOTICED_CHANGE

ROOT = Path(__file__).parent.parent
RULES = Path(__file__).parent / "semgrep"
HEADING = "Against peers"
COMMENTS = {"python": "\n# one more line\n", "csharp": "\n// one more line\n"}
ASSAY = (sys.executable, "-m", "assay.cli.entry", "scan", ".")
FLAGS = ("--no-record", "--quiet", "--fail-on=never", "--format=json")
SEMGREP = ("scan", "--metrics=off", "--disable-version-check", "--jobs=1", "--no-git-ignore", "--quiet", "--json")
ALONE = {"RAYON_NUM_THREADS": "1", "SEMGREP_SEND_METRICS": "off", "NO_COLOR": "1"}
"""One thread each: ruff would else take what cores there are."""
LONG = 15.0
"""Wall seconds of one run, beyond which a peer runs once."""
TEXT = """Made by `make bench-peers args="FOLDER... --page=docs/performance.md"`, least CPU of {rounds} rounds in one run; what takes longer
than 15 s ran once. Every tool sees a copy with exactly the files that Assay reads. CPU seconds of the whole program, its start
included; *x* is how many times Assay's cold scan that is. The work is not the same: Assay follows routes and guards through the
project and searches every file for secrets, semgrep and bandit look at one file at a time, ruff has a parser written by hand and
links nothing.

```text
{tables}
```
"""


class Peer(Struct, frozen=True):
    """Another tool, and how it is asked."""

    name: str
    program: Path
    words: tuple[str | Path, ...]


class Compared(Struct):
    """One folder: what each tool took, or why it took nothing."""

    folder: str
    languages: tuple[str, ...]
    files: int
    megabytes: float
    parse: float
    """P, seconds."""
    secrets: float = 0.0
    """Megabytes that are searched for secrets in a second, reading included."""
    taken: dict[str, Taken] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    """Tool to reason."""

    def ratio(self, tool: str) -> float | None:
        """How many times Assay's cold scan a tool took."""
        return self.taken[tool].cpu / self.taken["assay cold"].cpu if tool in self.taken else None


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description="Assay beside other tools, on identical files."
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=Path, default=ROOT.parent / "peers", help="where each peer has its environment")
    parser.add_argument("--without", default="", help="peers to leave out, as `pack,bandit`")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "peers.json")
    parser.add_argument("--page", type=Path, help="also write the part `Against peers` of this page")
    asked = parser.parse_args()
    compileall.compile_dir(ROOT / "src", quiet=2)
    compared = []
    for folder in asked.folders:
        with tempfile.TemporaryDirectory(prefix="assay-peers-") as place:
            compared.append(_compared(folder, Path(place), asked))
    version = measure.version()
    tables = "\n".join(_tables(compared, version))
    print(tables)
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(json.dumps([to_builtins(each) for each in compared], indent=2) + "\n", encoding="utf-8")
    if asked.page:
        replace_part(asked.page, HEADING, TEXT.format(rounds=asked.rounds, tables=tables.strip()))
    return 0


def _compared(folder: Path, place: Path, asked: argparse.Namespace) -> Compared:
    copy = place / "tree"
    tree = _copied(discover(folder), copy)
    own = measure.languages(copy, asked.rounds)
    found = Compared(
        measure.label(folder),
        tuple(each.language for each in own),
        len(tree.files),
        sum(entry.size for entry in tree.files) / 1e6,
        sum(each.parse for each in own),
    )
    print(f"measuring {found.folder}: assay", file=sys.stderr)
    _assay(found, copy, tree, place / "cache", asked.rounds)
    for peer in _peers(found.languages, asked.peers):
        print(f"measuring {found.folder}: {peer.name}", file=sys.stderr)
        _peer(found, peer, copy, asked)
    return found


def _copied(tree: Tree, target: Path) -> Tree:
    """Exactly what Assay reads of a tree; `.semgrepignore` keeps semgrep from choosing for itself."""
    for entry in tree.files:
        (target / entry.path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(tree.root / entry.path, target / entry.path)
    (target / ".semgrepignore").write_text("# nothing is left out\n", encoding="utf-8")
    return discover(target)


def _assay(found: Compared, copy: Path, tree: Tree, cache: Path, rounds: int) -> None:
    kept, at = (*ASSAY, *FLAGS, "--jobs=1"), {"ASSAY_CACHE": str(cache)}
    for name, jobs in (("assay cold", 1), ("assay two processes", 2)):
        command = (*ASSAY, *FLAGS, "--no-cache", f"--jobs={jobs}")
        found.taken[name] = least([_whole(run(command, copy)) for _ in range(rounds)])
    _whole(run(kept, copy, at))
    found.taken["assay unchanged"] = least([_whole(run(kept, copy, at)) for _ in range(rounds)])
    changed, comment = _to_change(tree)
    rescans = []
    for _ in range(rounds):
        with (copy / changed).open("a", encoding="utf-8") as file:
            file.write(comment)
        rescans.append(_whole(run(kept, copy, at)))
    found.taken["assay one changed"] = least(rescans)
    before = time.process_time()
    _, searched = search(tree)
    found.secrets = searched.size / 1e6 / (time.process_time() - before)


def _whole(taken: Taken) -> Taken:
    """A scan that ended well; a crash is fast and proves nothing."""
    if taken.code:
        raise SystemExit(f"assay ended with {taken.code}: {taken.said}")
    return taken


def _to_change(tree: Tree) -> tuple[str, str]:
    """The largest file that may hold a route, which is the most work that one file can make, and a comment of its language."""
    largest = (0, "", "")
    for language in COMMENTS:
        words = tuple(sorted({word for each in frameworks() if each.language == language for word in each.literals}))
        passed = set(survey(tree, language, words, LIMIT).passed)
        own = [(entry.size, entry.path, language) for entry in tree.files if entry.path in passed]
        largest = max([largest, *own])
    if not largest[1]:
        raise SystemExit(f"{tree.root}: no file may hold a route; name a folder that holds an API.")
    return largest[1], COMMENTS[largest[2]]


def _peers(languages: tuple[str, ...], place: Path) -> Iterator[Peer]:
    """Every peer that knows the languages."""
    semgrep = place / "semgrep" / "bin" / "semgrep"
    yield Peer("semgrep 5 rules", semgrep, (*SEMGREP, f"--config={RULES / 'five.yaml'}", "."))
    yield Peer("semgrep own rules", semgrep, (*SEMGREP, f"--config={RULES / 'comparable.yaml'}", "."))
    packs = [place / "semgrep-rules" / f"pack-{language}" for language in languages]
    yield Peer("semgrep pack", semgrep, (*SEMGREP, *(f"--config={pack}" for pack in packs), "."))
    if "python" in languages:
        own = place / "apiposture" / "bin" / "apiposture"
        yield Peer("apiposture", own, ("scan", ".", "--output=json", "--no-color"))
        bandit = ("--recursive", ".", "--quiet", "--format=json", "--exit-zero")
        yield Peer("bandit", place / "bandit" / "bin" / "bandit", bandit)
        ruff = ("check", "--isolated", "--select=S", "--no-cache", "--exit-zero", "--quiet", ".")
        yield Peer("ruff S", Path(sys.executable).parent / "ruff", ruff)


def _peer(found: Compared, peer: Peer, copy: Path, asked: argparse.Namespace) -> None:
    if reason := _absence(peer, asked):
        found.missing[peer.name] = reason
        return
    command = [peer.program, *peer.words]
    first = run(command, copy, ALONE)
    if first.code not in {0, 1}:
        found.missing[peer.name] = f"it ended with {first.code}: {' '.join(first.said.split())[-120:]}"
        return
    rounds = asked.rounds - 1 if first.wall < LONG else 0
    found.taken[peer.name] = least([first, *(run(command, copy, ALONE) for _ in range(rounds))])


def _absence(peer: Peer, asked: argparse.Namespace) -> str:
    """Why a peer cannot be measured; "" if it can."""
    if any(word and word in peer.name for word in asked.without.split(",")):
        return "left out by --without"
    if not peer.program.exists():
        return f"{peer.program.name} is not installed: there is no {'/'.join(peer.program.parts[-4:])}"
    packs = [Path(str(word).partition("=")[2]) for word in peer.words if str(word).startswith("--config=")]
    return next((f"its rules {pack.name} are not there" for pack in packs if not pack.exists()), "")


def _tables(compared: list[Compared], version: float) -> Iterator[str]:
    for each in compared:
        size = f"{each.files} files, {each.megabytes:.1f} MB, P {each.parse:.3f} s, secrets {each.secrets:.0f} MB/s"
        yield f"{each.folder}: {', '.join(each.languages)}, {size}"
        yield f"  {'':22}{'CPU s':>9}{'x':>9}{'wall s':>9}{'MB':>7}"
        for name, taken in each.taken.items():
            yield f"  {name:22}{taken.cpu:9.3f}{each.ratio(name) or 0:9.2f}{taken.wall:9.2f}{taken.peak:7.0f}"
        yield from (f"  {name:22}not measured: {reason}" for name, reason in each.missing.items())
        yield ""
    yield f"--version: {version * 1000:.0f} ms CPU"
    yield ""
    results = [("T14", "-", version), *(result for each in compared for result in _results(each))]
    for target in PEER_TARGETS:
        own = [(where, value) for id_, where, value in results if id_ == target.id]
        met = sum(value <= target.limit for _, value in own)
        missed = "; ".join(f"{where} {value:.2f}" for where, value in own if value > target.limit * SLACK)
        count = f"{met} of {len(own)} met" if own else "not measured"
        yield f"{target.id:6}{target.title:58}<= {target.limit:<6.3g}{target.unit:4}{count}{'; missed: ' + missed if missed else ''}"


def _results(each: Compared) -> Iterator[tuple[str, str, float]]:
    """(target, folder, value); all ratios are Assay's share, so that less is better."""
    cold, taken = each.taken["assay cold"], each.taken
    yield "T2", each.folder, cold.cpu / each.parse
    for target, tool in (("T5a", "semgrep 5 rules"), ("T5b", "semgrep pack"), ("T7", "apiposture")):
        if tool in taken:
            yield target, each.folder, cold.cpu / taken[tool].cpu
    if each.megabytes >= 5:
        yield "T8", each.folder, taken["assay two processes"].wall / cold.wall
    for target, tool, unnoticed in (
        ("T9", "assay unchanged", UNNOTICED),
        ("T10", "assay one changed", UNNOTICED_CHANGE),
    ):
        yield target, each.folder, 0.0 if taken[tool].cpu <= unnoticed else taken[tool].cpu / cold.cpu
    if each.megabytes >= 5:
        yield "T13", each.folder, 1000 / each.secrets
    yield "T12", each.folder, cold.peak - each.files * 10 / 1024


if __name__ == "__main__":
    sys.exit(main())
