"""Accuracy: scans projects whose endpoints are known, and writes what was right, wrong and missed into `docs/accuracy.md`.

What is known stands outside this repository, beside it: `corpus/endpoints/*.json` (true endpoints), `corpus/replay/*.json` (real fixes)
and `corpus/vulnerable-apps/*.json` (labelled flaws), with the script that scores. The projects themselves are laid out as
`extract_item.py` of that corpus does it, one folder a project, named by its slug: `calibreweb-ldap-import-noauth-vulnerable` and
`-fixed` for the two sides of a replay. What is not there is left out, and said.
"""

import argparse
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assay.assessment.rooms import Wish
from assay.assessment.run import Order, assessed
from assay.assessment.settings import Settings
from assay.assessment.source_room import read
from assay.assessment.wiring import rooms
from assay.model.assessment import Assessment
from assay.model.endpoint import Endpoint

ROOT = Path(__file__).parent.parent
LANGUAGES = ("C#", "Python")
SIDES = ("vulnerable", "fixed")
POSTURE = ("missing-authentication", "missing-authorization", "bfla")
"""Weaknesses of posture rules: the class `missing-auth` of the corpus, and the outlier that demands less than its siblings."""
SHOWN = 6
"""So many misses of one project are named."""
TARGETS = {"recall": 0.98, "precision": 0.98, "auth_accuracy": 0.97}
REMARKS = Path("tools") / "accuracy.remarks.md"
"""Prose that a person wrote: why something is missed, and what else was looked at. It is put at the end, as it is."""


@dataclass(frozen=True, slots=True)
class Scored:
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


@dataclass(frozen=True, slots=True)
class Looked:
    """One project whose truth nobody wrote down."""

    name: str
    frameworks: str
    endpoints: int
    undecided: int
    skipped: int
    """Files and routes that could not be read, or not to their end."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled endpoint of a replay or a vulnerable app, and whether Assay was right about it."""

    project: str
    name: str
    expected: str
    said: str
    is_right: bool


def main() -> int:
    """Score what is there and write the page; 1 if nothing is there."""
    parser = argparse.ArgumentParser(prog="python -m tools.accuracy", description=__doc__)
    beside = Path(os.environ.get("ASSAY_CORPUS", ROOT.parent / "corpus"))
    parser.add_argument("laid_out", nargs="?", type=Path, default=beside, help="folder of projects ($ASSAY_CORPUS)")
    parser.add_argument("--truth", type=Path, default=ROOT.parent / "shared" / "corpus", help="folder of what is known")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "accuracy.md")
    asked = parser.parse_args()
    script = asked.truth / "score_endpoints.py"
    if not script.is_file():
        print(f"{script} is not there. Mend: --truth FOLDER, a corpus with its script.", file=sys.stderr)
        return 1
    score = _score_of(script)
    scored, absent = _all_scored(asked.truth, asked.laid_out, score)
    replays = tuple(_replays(asked.truth, asked.laid_out))
    apps = tuple(_apps(asked.truth, asked.laid_out))
    looked = tuple(_looked(asked.truth, asked.laid_out))
    if not scored and not replays and not apps and not looked:
        print(
            f"{asked.laid_out} holds no project of the corpus. Mend: lay some out with extract_item.py.",
            file=sys.stderr,
        )
        return 1
    page = "\n".join(_page(scored, absent, replays, apps, looked))
    asked.output.write_text(page, encoding="utf-8")
    print(page)
    return 0


def _score_of(script: Path) -> Callable[..., Any]:
    """The function of the corpus' own script that compares; it is used from where it stands, so that nobody's copy ages."""
    spec = importlib.util.spec_from_file_location("score_endpoints", script)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{script} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[..., Any] = module.score
    return found


def _all_scored(truth: Path, laid_out: Path, score: Callable[..., Any]) -> tuple[tuple[Scored, ...], tuple[str, ...]]:
    """Every project of a language that Assay reads, and the slugs of those that are not laid out."""
    found, absent = [], []
    for path in sorted((truth / "endpoints").glob("*.json")):
        known = json.loads(path.read_text("utf-8"))
        if known["language"] not in LANGUAGES:
            continue
        root = laid_out / known["slug"] / known["root"]
        if root.is_dir():
            print(f"scanning {known['slug']}", file=sys.stderr)
            found.append(_scored(known, root, score))
        else:
            absent.append(known["slug"])
    return tuple(found), tuple(absent)


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


def _replays(truth: Path, laid_out: Path) -> Iterator[Labelled]:
    """Real fixes of class `missing-auth`: the endpoint fails before and passes after."""
    for path in sorted((truth / "replay").glob("*.json")):
        known = json.loads(path.read_text("utf-8"))
        roots = {side: laid_out / f"{known['id']}-{side}" for side in SIDES}
        if known["class"] != "missing-auth" or not all(root.is_dir() for root in roots.values()):
            continue
        for side, root in roots.items():
            print(f"scanning {root.name}", file=sys.stderr)
            assessment = _assessed(root)
            for each in known["endpoints"]:
                expected = "fail" if side == "vulnerable" else "pass"
                yield _labelled(f"{known['id']}, {side}", assessment, each, expected)
            for each in known.get("clean", ()):
                yield _labelled(f"{known['id']}, {side}", assessment, each, "pass")


def _apps(truth: Path, laid_out: Path) -> Iterator[Labelled]:
    """Services that are vulnerable on purpose: labels of class `missing-auth` fail; nothing clean does."""
    for path in sorted((truth / "vulnerable-apps").glob("*.json")):
        known = json.loads(path.read_text("utf-8"))
        root = laid_out / known["slug"]
        if not root.is_dir():
            continue
        print(f"scanning {known['slug']}", file=sys.stderr)
        assessment = _assessed(root)
        for each in known["vulnerabilities"]:
            if each["class"] == "missing-auth" and each["method"]:
                yield _labelled(known["slug"], assessment, each, "fail")
        for each in known["clean"]:
            if "missing-auth" in each["scope"]:
                yield _labelled(known["slug"], assessment, each, "pass")


def _looked(truth: Path, laid_out: Path) -> Iterator[Looked]:
    """Every other project that is laid out."""
    known = {path.stem for kind in ("endpoints", "vulnerable-apps") for path in (truth / kind).glob("*.json")}
    known |= {f"{path.stem}-{side}" for path in (truth / "replay").glob("*.json") for side in SIDES}
    for root in sorted(each for each in laid_out.glob("*") if each.is_dir() and each.name not in known):
        print(f"scanning {root.name}", file=sys.stderr)
        before = time.process_time()
        inventory = _assessed(root).inventory
        seconds = time.process_time() - before
        undecided = sum(each.auth is None for each in inventory.endpoints)
        frameworks = ", ".join(sorted({each.framework for each in inventory.endpoints}))
        skipped = sum(each.kind != "left-out" for each in inventory.skipped)
        yield Looked(root.name, frameworks or "none", len(inventory.endpoints), undecided, skipped, seconds)


def _labelled(project: str, assessment: Assessment, label: dict[str, Any], expected: str) -> Labelled:
    """What was said of one endpoint: `fail`, `pass`, `not found`; or `suspected`, which no gate counts."""
    name = f"{label['method']} {label['route']}"
    found = [each for each in assessment.inventory.endpoints if _is_it(each, label)]
    if not found:
        return Labelled(project, name, expected, "not found", is_right=False)
    own = {(each.api, each.method, each.path) for each in found}
    verdicts = [
        finding.verdict
        for finding in assessment.findings
        if finding.verdict.weakness in POSTURE
        and (finding.verdict.subject.api, finding.verdict.subject.method, finding.verdict.subject.path) in own
    ]
    firm = sorted({each.rule for each in verdicts if each.confidence.value != "tentative"})
    soft = sorted({each.rule for each in verdicts} - set(firm))
    if firm:
        said = f"fail ({', '.join(firm)})"
    elif soft:
        said = f"suspected ({', '.join(soft)})"
    else:
        said = "unknown" if any(each.auth is None for each in found) else "pass"
    is_right = bool(verdicts) if expected == "fail" else said == "pass"
    return Labelled(project, name, expected, said, is_right)


def _is_it(endpoint: Endpoint, label: dict[str, Any]) -> bool:
    return endpoint.method in {label["method"], "ANY"} and _plain(endpoint.path) == _plain(label["route"])


def _plain(path: str) -> str:
    """A path without the names of its parameters, letter case or a slash at the end."""
    pieces = ["{}" if piece[:1] in {"{", "<", ":"} else piece.lower() for piece in path.split("/") if piece]
    return "/" + "/".join(pieces)


def _page(
    scored: Sequence[Scored],
    absent: Sequence[str],
    replays: Sequence[Labelled],
    apps: Sequence[Labelled],
    looked: Sequence[Looked],
) -> Iterator[str]:
    yield "# Accuracy"
    yield ""
    yield "Made by `make accuracy`: each project is laid out at one commit and scanned, and what the scan says is compared with what is"
    yield "true. The truth comes from the projects' own specifications, from their frameworks, or from reading; it was not made with Assay."
    yield ""
    yield from _endpoint_table(scored, absent)
    yield from _wrong(scored)
    yield from _label_table(
        "Real fixes", "The endpoint fails at the vulnerable commit and passes at the fixed one.", replays
    )
    intro = (
        "Labels of class `missing-auth` are found, as a failure or at least as a suspicion for review (which no gate counts); endpoints\n"
        "labelled clean get neither."
    )
    yield from _label_table("Services that are vulnerable on purpose", intro, apps)
    yield from _looked_table(looked)
    remarks = ROOT / REMARKS
    if remarks.is_file():
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


def _label_table(title: str, intro: str, labels: Sequence[Labelled]) -> Iterator[str]:
    if not labels:
        return
    right = sum(each.is_right for each in labels)
    yield f"## {title}"
    yield ""
    yield f"{intro} Right: {right} of {len(labels)}."
    yield ""
    yield "| project | endpoint | expected | said | right |"
    yield "| --- | --- | --- | --- | --- |"
    for each in labels:
        right_or_wrong = "yes" if each.is_right else "**no**"
        yield f"| {each.project} | `{each.name}` | {each.expected} | {each.said} | {right_or_wrong} |"
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
