"""Labels: what the corpus says of single endpoints and lines, beside what a scan says of them.

Four kinds stand in the corpus: a replay (a real flaw at one commit, mended at another), a flaw of a service that is vulnerable on
purpose, an endpoint that is clean, and a trap, which looks wrong and is not.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct

from assay.model.assessment import Assessment
from assay.model.endpoint import Endpoint
from assay.model.verdict import Confidence, Finding, Outcome, Subject

LANGUAGES = ("csharp", "python")
SIDES = ("vulnerable", "fixed")
WEAKNESSES = {
    "missing-auth": ("missing-authentication", "missing-authorization"),
    "bola": ("bola",),
    "bfla": ("bfla",),
    "rate-limit": ("missing-rate-limit", "missing-brute-force-protection"),
    "cors": ("permissive-cors",),
    "mass-assignment": ("mass-assignment",),
    "data-exposure": ("excessive-data-exposure",),
    "audit-log": ("missing-audit-log", "missing-auth-event-logging"),
    "hardcoded-secret": ("hardcoded-secret",),
    "weak-token": ("jwt-weakness",),
    "https-config": ("plaintext-http", "debug-enabled", "verbose-error"),
    "misconfig": ("plaintext-http", "debug-enabled", "verbose-error"),
}
"""The weaknesses of each class, as the corpus says."""
ACCESS = ("missing-auth", "bola", "bfla")
"""Classes of which a clean endpoint of a replay is free, whatever the class of the replay."""
OF_THE_API = frozenset({"cors", "https-config"})
"""Classes whose label is true of the API: a finding counts wherever it stands."""
NEAR = 1
"""So many lines a finding may stand from a label that names a line and no endpoint."""
FOLDERS = (".", "replay", "vulnerable", "traps")
"""Where projects are laid out, below the folder that is given."""

Scan = Callable[[Path], Assessment]


class Group(StrEnum):
    """What a label says of its endpoint."""

    BEFORE = "flaw before the fix"
    AFTER = "mended by the fix"
    FLAW = "flaw"
    CLEAN = "clean"
    TRAP = "trap"


class Labelled(Struct, frozen=True):
    """One label, and what a scan says of it."""

    project: str
    group: Group
    kind: str
    """Its class, or its classes."""
    name: str
    """Method and route, or file and line."""
    firm: tuple[str, ...]
    """Rules that fail it, sure enough to count."""
    soft: tuple[str, ...]
    """Rules that only suspect it."""
    state: str
    """What is said where nothing fails: `pass`, `not tested`, `no verdict`, `endpoint not found`."""

    @property
    def is_flaw(self) -> bool:
        """Whether a finding is right."""
        return self.group in {Group.BEFORE, Group.FLAW}

    @property
    def said(self) -> str:
        """As a table shows it."""
        if self.firm:
            return f"fail ({', '.join(self.firm)})"
        return f"suspected ({', '.join(self.soft)})" if self.soft else self.state

    def is_right(self, *, with_suspicions: bool) -> bool:
        """Whether scan and label agree: a flaw has a finding, everything else has none; what was not found is not mended."""
        is_found = bool(self.firm or (with_suspicions and self.soft))
        if self.group is Group.AFTER and self.state == "endpoint not found":
            return False
        return is_found == self.is_flaw


class Corpus(Struct, frozen=True):
    """Where what is known and what is scanned stand, and which of it is asked for."""

    truth: Path
    laid_out: Path
    only: frozenset[str] = frozenset()
    """Ids and slugs; empty for all."""

    def known(self, folder: str) -> Iterator[dict[str, Any]]:
        """The files of one folder of what is known, in order, of a language that Assay reads."""
        for path in sorted((self.truth / folder).glob("*.json")):
            known = json.loads(path.read_text("utf-8"))
            if known["language"] in LANGUAGES and self.wants(known.get("id") or known["slug"]):
                yield known

    def traps(self) -> Iterator[dict[str, Any]]:
        """The traps, in order, of a language that Assay reads."""
        path = self.truth / "traps.json"
        traps = json.loads(path.read_text("utf-8")) if path.is_file() else []
        yield from (each for each in traps if each["language"] in LANGUAGES and self.wants(each["id"]))

    def wants(self, name: str) -> bool:
        """Whether a project is asked for."""
        return not self.only or name in self.only

    def root(self, name: str) -> Path | None:
        """Where a project is laid out; None if it is not."""
        roots = (self.laid_out / folder / name for folder in FOLDERS)
        return next((root for root in roots if root.is_dir()), None)


def labelled(corpus: Corpus, scan: Scan) -> Iterator[Labelled]:
    """Every label of every project that is laid out."""
    for known in corpus.known("replay"):
        for side in SIDES:
            root = corpus.root(f"{known['id']}-{side}")
            if root:
                yield from _of_side(known, side, scan(root))
    for known in corpus.known("vulnerable-apps"):
        root = corpus.root(known["slug"])
        if root:
            yield from _of_app(known, scan(root))
    for known in corpus.traps():
        root = corpus.root(known["id"])
        if root:
            yield _judged(known["id"], Group.TRAP, (known["class"],), known, scan(root))


def not_laid_out(corpus: Corpus) -> Iterator[str]:
    """The names of projects with labels that are not laid out."""
    names = [f"{known['id']}-{side}" for known in corpus.known("replay") for side in SIDES]
    names += [known["slug"] for known in corpus.known("vulnerable-apps")]
    names += [known["id"] for known in corpus.traps()]
    yield from (name for name in names if corpus.root(name) is None)


def _of_side(known: dict[str, Any], side: str, assessment: Assessment) -> Iterator[Labelled]:
    """Labels of one side of a replay; a class that the case also has counts like its own."""
    group = Group.BEFORE if side == "vulnerable" else Group.AFTER
    kinds = (known["class"], *known.get("also", ()))
    for label in known["endpoints"] or [{"method": None, "file": known["file"], "line": known["line"]}]:
        yield _judged(known["id"], group, kinds, label, assessment)
    for label in known.get("clean", ()):
        clean = tuple(dict.fromkeys((*kinds, *ACCESS)))
        yield _judged(f"{known['id']}-{side}", Group.CLEAN, clean, label, assessment)


def _of_app(known: dict[str, Any], assessment: Assessment) -> Iterator[Labelled]:
    for label in known["vulnerabilities"]:
        yield _judged(known["slug"], Group.FLAW, (label["class"],), label, assessment)
    for label in known["clean"]:
        for kind in label["scope"]:
            yield _judged(known["slug"], Group.CLEAN, (kind,), label, assessment)


def _judged(
    project: str, group: Group, kinds: tuple[str, ...], label: Mapping[str, Any], assessment: Assessment
) -> Labelled:
    name = f"{label['method']} {label['route']}" if label["method"] else f"{label['file']}:{label['line']}"
    weaknesses = {weakness for kind in kinds for weakness in WEAKNESSES[kind]}
    own = {(each.api, each.method, each.path) for each in assessment.inventory.endpoints if is_it(each, label)}

    def concerns(finding: Finding) -> bool:
        if label["method"]:
            return _key(finding.verdict.subject) in own
        return bool(OF_THE_API.intersection(kinds)) or _stands_near(finding, label)

    verdicts = [each.verdict for each in assessment.findings if each.verdict.weakness in weaknesses and concerns(each)]
    firm = {each.rule for each in verdicts if each.confidence is not Confidence.TENTATIVE}
    soft = {each.rule for each in verdicts} - firm
    state = _state(assessment, weaknesses, own if label["method"] else None)
    return Labelled(project, group, ", ".join(kinds), name, tuple(sorted(firm)), tuple(sorted(soft)), state)


def _state(assessment: Assessment, weaknesses: Collection[str], own: Collection[tuple[str, str, str]] | None) -> str:
    """What is said where nothing fails: of these endpoints, or (None) of the whole tree."""
    if own is not None and not own:
        return "endpoint not found"
    outcomes = {
        each.outcome
        for each in assessment.verdicts
        if each.weakness in weaknesses and (own is None or _key(each.subject) in own)
    }
    if Outcome.NOT_TESTED in outcomes:
        return "not tested"
    return "pass" if Outcome.PASS in outcomes else "no verdict"


def _key(subject: Subject) -> tuple[str, str, str]:
    return (subject.api, subject.method, subject.path)


def _stands_near(finding: Finding, label: Mapping[str, Any]) -> bool:
    place = finding.verdict.place
    return place is not None and place.path == label["file"] and abs(place.line - label["line"]) <= NEAR


def is_it(endpoint: Endpoint, label: Mapping[str, Any]) -> bool:
    """Whether a label means this endpoint."""
    return endpoint.method in {label["method"], "ANY"} and _plain(endpoint.path) == _plain(label["route"])


def _plain(path: str) -> str:
    """A path without the names of its parameters, letter case or a slash at the end."""
    pieces = ["{}" if piece[:1] in {"{", "<", ":"} else piece.lower() for piece in path.split("/") if piece]
    return "/" + "/".join(pieces)
