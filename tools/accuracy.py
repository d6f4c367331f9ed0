"""Accuracy: scans projects whose endpoints are known, and writes what was right, wrong and missed into `docs/accuracy.md`.

What is known stands outside this repository, beside it: `corpus/endpoints/*.json` (true endpoints), `corpus/replay/*.json` (real fixes)
and `corpus/vulnerable-apps/*.json` (labelled flaws), with the script that scores. The projects themselves are laid out as
`extract_item.py` of that corpus does it, one folder a project, named by its slug: `calibreweb-ldap-import-noauth-vulnerable` and
`-fixed` for the two sides of a replay; labelled ones may stand in `replay/`, `vulnerable/` and `traps/`. What is not there is left
out, and said.
"""

import argparse
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct

from assay.assessment.rooms import Wish
from assay.assessment.run import Order, assessed
from assay.assessment.settings import Settings
from assay.assessment.source_room import read
from assay.assessment.wiring import rooms
from assay.model.assessment import Assessment
from tools import label_page
from tools.labels import FOLDERS, SIDES, Corpus, Labelled, labelled, not_laid_out

ROOT = Path(__file__).parent.parent
LANGUAGES = ("C#", "Python")
SHOWN = 6
"""So many misses of one project are named."""
TARGETS = {"recall": 0.98, "precision": 0.98, "auth_accuracy": 0.97}
REMARKS = Path("tools") / "accuracy.remarks.md"
"""Prose that a person wrote: why something is missed, and what else was looked at. It is put at the end, as it is."""


class Scored(Struct, frozen=True):
    """One project against its true endpoints."""

    slug: str
    framework: str
    numbers: dict[str, Any]
    """As the script of the corpus gives them."""
    misses: tuple[str, ...]
    extras: tuple[str, ...]
    differing: tuple[str, ...]
    """Endpoints whose `auth` differs, with both sides."""
    seconds: float


class Looked(Struct, frozen=True):
    """One project whose truth nobody wrote down."""

    name: str
    frameworks: str
    endpoints: int
    undecided: int
    skipped: int
    """Files and routes that could not be read, or not to their end."""
    seconds: float


class Measured(Struct, frozen=True):
    """Everything that the page tells."""

    scored: tuple[Scored, ...] = ()
    absent: tuple[str, ...] = ()
    labels: tuple[Labelled, ...] = ()
    without: tuple[str, ...] = ()
    """Projects with labels that are not laid out."""
    looked: tuple[Looked, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was laid out."""
        return not (self.scored or self.labels or self.looked)


def main() -> int:
    """Score what is there and write the page; 1 if nothing is there."""
    asked = _arguments().parse_args()
    corpus = Corpus(asked.truth, asked.laid_out, frozenset(filter(None, asked.only.split(","))))
    script = asked.truth / "score_endpoints.py"
    if not script.is_file():
        print(f"{script} is not there. Mend: --truth FOLDER, a corpus with its script.", file=sys.stderr)
        return 1
    measured = _measured(
        corpus, _score_of(script), is_labels=asked.labels, shown=tuple(filter(None, asked.findings.split(",")))
    )
    if measured.is_empty:
        print(
            f"{asked.laid_out} holds none of the projects. Mend: lay some out with extract_item.py, or name ids for --only.",
            file=sys.stderr,
        )
        return 1
    page = "\n".join(_page(measured))
    if not asked.stdout:
        asked.output.write_text(page, encoding="utf-8")
    print(page)
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.accuracy", description=__doc__)
    beside = Path(os.environ.get("ASSAY_CORPUS", ROOT.parent / "corpus"))
    parser.add_argument("laid_out", nargs="?", type=Path, default=beside, help="folder of projects ($ASSAY_CORPUS)")
    parser.add_argument("--truth", type=Path, default=ROOT.parent / "shared" / "corpus", help="folder of what is known")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "accuracy.md")
    parser.add_argument("--stdout", action="store_true", help="print the page, write nothing")
    parser.add_argument("--labels", action="store_true", help="replays, vulnerable apps and traps only")
    parser.add_argument("--findings", default="", metavar="RULES", help="show all findings of these rules (stderr)")
    parser.add_argument("--only", default="", metavar="IDS", help="ids and slugs of what to scan, with commas between")
    return parser


def _measured(corpus: Corpus, score: Callable[..., Any], *, is_labels: bool, shown: tuple[str, ...]) -> Measured:
    labels, without = tuple(labelled(corpus, lambda root: _told(root, shown))), tuple(not_laid_out(corpus))
    if is_labels:
        return Measured(labels=labels, without=without)
    scored, missing = _all_scored(corpus, score)
    looked = () if corpus.only else tuple(_looked(corpus.truth, corpus.laid_out))
    return Measured(scored, missing, labels, without, looked)


def _told(root: Path, shown: tuple[str, ...]) -> Assessment:
    """Scans, and shows what was found by rules whose id begins so."""
    print(f"scanning {root.name}", file=sys.stderr)
    assessment = _assessed(root)
    for finding in assessment.findings:
        verdict = finding.verdict
        if verdict.rule.startswith(shown or ("-",)):
            told = (
                verdict.rule,
                verdict.confidence,
                verdict.weakness,
                verdict.subject.name,
                verdict.place,
                verdict.message,
            )
            print("  ", *told, sep=" | ", file=sys.stderr)
    return assessment


def _score_of(script: Path) -> Callable[..., Any]:
    """The function of the corpus' own script that compares; it is used from where it stands, so that nobody's copy ages."""
    spec = importlib.util.spec_from_file_location("score_endpoints", script)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{script} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[..., Any] = module.score
    return found


def _all_scored(corpus: Corpus, score: Callable[..., Any]) -> tuple[tuple[Scored, ...], tuple[str, ...]]:
    """Every project of a language that Assay reads, and the slugs of those that are not laid out."""
    found, missing = [], []
    for path in sorted((corpus.truth / "endpoints").glob("*.json")):
        known = json.loads(path.read_text("utf-8"))
        if known["language"] not in LANGUAGES or not corpus.wants(known["slug"]):
            continue
        root = corpus.laid_out / known["slug"] / known["root"]
        if root.is_dir():
            print(f"scanning {known['slug']}", file=sys.stderr)
            found.append(_scored(known, root, score))
        else:
            missing.append(known["slug"])
    return tuple(found), tuple(missing)


def _scored(known: dict[str, Any], root: Path, score: Callable[..., Any]) -> Scored:
    before = time.process_time()
    assessment = _assessed(root)
    seconds = time.process_time() - before
    candidates = [{"method": e.method, "path": e.path, "auth": e.auth} for e in assessment.inventory.endpoints]
    numbers, misses, extras, differing = score(known, candidates)
    return Scored(
        known["slug"],
        known["framework"],
        numbers,
        tuple(f"{each['method']} {each.get('raw') or each['path']}" for each in misses),
        tuple(f"{each['method']} {each['path']}" for each in extras),
        tuple(f"{e['method']} {e['path']} (true: {e['truth']}, said: {e['candidate']})" for e in differing),
        seconds,
    )


def _assessed(root: Path) -> Assessment:
    settings = Settings(name=root.name)
    order = Order(root, Wish(settings, jobs=1), date(2026, 1, 15))
    return assessed(order, rooms(settings, read), lambda what, done, total: None)


def _looked(truth: Path, laid_out: Path) -> Iterator[Looked]:
    """Every other project that is laid out."""
    known = {path.stem for kind in ("endpoints", "vulnerable-apps") for path in (truth / kind).glob("*.json")}
    known |= {f"{path.stem}-{side}" for path in (truth / "replay").glob("*.json") for side in SIDES} | set(FOLDERS)
    for root in sorted(each for each in laid_out.glob("*") if each.is_dir() and each.name not in known):
        print(f"scanning {root.name}", file=sys.stderr)
        before = time.process_time()
        inventory = _assessed(root).inventory
        seconds = time.process_time() - before
        undecided = sum(each.auth is None for each in inventory.endpoints)
        frameworks = ", ".join(sorted({each.framework for each in inventory.endpoints}))
        skipped = sum(each.kind != "left-out" for each in inventory.skipped)
        yield Looked(root.name, frameworks or "none", len(inventory.endpoints), undecided, skipped, seconds)


def _page(measured: Measured) -> Iterator[str]:
    yield "# Accuracy"
    yield ""
    yield "Made by `make accuracy`: each project is laid out at one commit and scanned, and what the scan says is compared with what is"
    yield "true. The truth comes from the projects' own specifications, from their frameworks, or from reading; it was not made with Assay."
    yield ""
    if measured.scored or measured.absent:
        yield from _endpoint_table(measured.scored, measured.absent)
        yield from _wrong(measured.scored)
    yield from label_page.page(measured.labels, measured.without)
    yield from _looked_table(measured.looked)
    remarks = ROOT / REMARKS
    if remarks.is_file() and measured.looked:
        yield remarks.read_text("utf-8").rstrip()
        yield ""


def _endpoint_table(scored: Sequence[Scored], absent: Sequence[str]) -> Iterator[str]:
    yield "## Endpoints"
    yield ""
    yield "Recall: true endpoints that were found. Precision: found endpoints that are true. Auth: where truth and scan both say something,"
    yield "how much of it agrees; what is left undecided stands beside it. Seconds: CPU of a cold scan, one process."
    yield ""
    yield "| project | framework | endpoints | recall | precision | auth | undecided | seconds |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for each in scored:
        numbers = each.numbers
        undecided = numbers["auth_known_in_truth"] - numbers["auth_compared"]
        values = " | ".join(_percent(numbers[name], target) for name, target in TARGETS.items())
        yield f"| {each.slug} | {each.framework} | {numbers['truth']} | {values} | {undecided} | {each.seconds:.2f} |"
    yield ""
    yield f"Aims: recall and precision {TARGETS['recall']:.0%}, auth {TARGETS['auth_accuracy']:.0%}; what is below stands in bold."
    yield ""
    if absent:
        yield f"Not laid out, so not measured: {', '.join(absent)}."
        yield ""


def _percent(value: float | None, target: float) -> str:
    if value is None:
        return "n/a"
    text = f"{value * 100:.1f} %"
    return text if value >= target else f"**{text}**"


def _wrong(scored: Sequence[Scored]) -> Iterator[str]:
    yield "### What is wrong"
    yield ""
    faultless = [each.slug for each in scored if not (each.misses or each.extras or each.differing)]
    for each in scored:
        for title, names in (("missed", each.misses), ("extra", each.extras), ("auth differs", each.differing)):
            if names:
                more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
                yield f"- {each.slug}, {title} ({len(names)}): {', '.join(f'`{name}`' for name in names[:SHOWN])}{more}"
    if faultless:
        yield f"- Nothing: {', '.join(faultless)}"
    yield ""


def _looked_table(looked: Sequence[Looked]) -> Iterator[str]:
    if not looked:
        return
    yield "## Projects without a known truth"
    yield ""
    yield "Scanned to see that it ends and what is left undecided. Nothing here says that what was found is right or whole."
    yield ""
    yield "| project | frameworks | endpoints | undecided | not read to the end | seconds |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"
    for each in looked:
        yield (
            f"| {each.name} | {each.frameworks} | {each.endpoints} | {each.undecided} | {each.skipped} | {each.seconds:.2f} |"
        )
    yield ""


if __name__ == "__main__":
    sys.exit(main())
