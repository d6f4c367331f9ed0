"""The deep test: lets Schemathesis, where it is installed, try every operation of the served contract, and reads its report.

It is a program of its own and sends what it likes, so it gets methods that read, in active mode too, for nobody puts back what
it writes; no route with a destructive name; the rate and the time of the budget; the credentials of one caller in a file that only it sees.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from assay.live.masking import Mask
from assay.live.scope import destructive_route
from assay.live.session import Live, LiveOrder
from assay.model.place import Skipped, Step
from assay.model.target import Target
from assay.model.verdict import Confidence, Outcome, Subject, Verdict
from assay.plugins.probe import Mode, Probe

PROGRAMS = ("st", "schemathesis")
KIND = "deep"
"""Of what is said of a deep test besides verdicts."""
DONE = frozenset({0, 1})
"""How it ends when it came to its end: 1 says that it found something."""
GRACE = 30.0
"""Seconds beyond its time in which it may come to its end."""
JUDGED = {"ST101": "AP437", "ST401": "AP501"}
"""What it calls a server error and an operation that needs no credentials, and the probes that judge the same."""
TELLS = {
    "AP437": "fails with a server error on input that Schemathesis made.",
    "AP501": "declares a known caller and answered Schemathesis without credentials.",
}
FIXES = {
    "AP437": "Refuse what does not fit the contract with 4xx before it is used.",
    "AP501": "Put the guard before the endpoint, or declare that it is meant for everybody.",
}


class Trial(Struct, frozen=True):
    """What a deep test came to."""

    failures: tuple[tuple[str, str, str], ...] = ()
    """(code, title, operation), sorted."""
    problem: str = ""
    """Why there is nothing; a clause."""


def program() -> str:
    """Where Schemathesis is; "" when it is not installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), "")


def deepened(live: Live, order: LiveOrder, probes: Iterable[Probe]) -> Live:
    """What a run said, with what a deep test adds."""
    if live.problem:
        return live
    trial = _trial(live.target, order)
    failing = {(each.rule, each.subject) for each in live.verdicts if each.outcome is Outcome.FAIL}
    found = _verdicts(live.target, trial, {probe.id: probe for probe in probes}, Mask(order.mask_key))
    new = tuple(each for each in found if (each.rule, each.subject) not in failing)
    said = {(each.rule, each.subject) for each in new}
    kept = tuple(each for each in live.verdicts if (each.rule, each.subject) not in said)
    return replace(
        live,
        verdicts=tuple(sorted((*kept, *new), key=lambda each: (each.rule, each.subject))),
        skipped=tuple(sorted({*live.skipped, *_remarks(live.target, trial)})),
    )


def read(report: str) -> Trial:
    """The JSON report of a run."""
    try:
        held = json.loads(report)
        found = {
            (str(each["code"]), str(each["title"]), str(operation))
            for each in held["failures"]
            for operation in each["operations"]
        }
    except (ValueError, KeyError, TypeError):
        return Trial(problem="its report cannot be read; it has to be version 4.20 or later")
    return Trial(tuple(sorted(found)))


def words(target: Target, order: LiveOrder, report: str) -> tuple[str, ...]:
    """The arguments, without any secret."""
    budget = order.budget
    found = ["run", target.origin + target.documents[0], "--no-color", "--report=json", f"--report-json-path={report}"]
    found += [f"--max-time={max(1, int(budget.seconds))}", f"--rate-limit={max(1, int(budget.rate))}/s"]
    found += ["--include-method=GET"]
    shunned = {route.path for route in target.routes if destructive_route(route)}
    return (*found, *(f"--exclude-path={path}" for path in sorted(shunned)))


def _trial(target: Target, order: LiveOrder) -> Trial:
    """Run it. Its start is the time budget once more, and some seconds."""
    found = program()
    if not found:
        return Trial(problem="Schemathesis is not installed. Mend: uv tool install schemathesis")
    if order.mode is Mode.PASSIVE:
        return Trial(problem="passive mode asks only what any visitor asks. Mend: --mode safe")
    if not target.documents:
        return Trial(problem="the target serves no contract")
    token = next((caller.token for caller in target.usable if caller.token), "")
    with tempfile.TemporaryDirectory(prefix="assay-deep-") as folder:
        report = Path(folder) / "report.json"
        settings = Path(folder) / "schemathesis.toml"
        settings.write_text(f"[headers]\nAuthorization = {json.dumps(f'Bearer {token}')}\n" if token else "", "utf-8")
        command = [found, f"--config-file={settings}", *words(target, order, str(report))]
        try:
            done = subprocess.run(  # noqa: S603 - a list of words, no shell
                command, cwd=folder, capture_output=True, timeout=order.budget.seconds + GRACE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return Trial(problem=f"Schemathesis did not come to its end ({type(error).__name__})")
        if done.returncode not in DONE or not report.is_file():
            return Trial(problem=f"Schemathesis ended with {done.returncode} and without a report")
        return read(report.read_text(encoding="utf-8", errors="replace"))


def _verdicts(target: Target, trial: Trial, known: dict[str, Probe], mask: Mask) -> Iterator[Verdict]:
    subjects = {route.name: route.subject for route in target.routes}
    for code, title, operation in trial.failures:
        probe = known.get(JUDGED.get(code, ""))
        if probe is None:
            continue
        method, _, path = operation.partition(" ")
        subject = subjects.get(operation) or Subject(target.api, "endpoint", method, path)
        yield Verdict(
            rule=probe.id,
            weakness=probe.weakness,
            subject=subject,
            outcome=Outcome.FAIL,
            message=f"{subject.name} {TELLS[probe.id]}",
            severity=probe.severity,
            confidence=Confidence.FIRM,
            steps=(Step(mask.text(f"Schemathesis says: {code} {title}")),),
            fix=FIXES[probe.id],
        )


def _remarks(target: Target, trial: Trial) -> Iterator[Skipped]:
    if trial.problem:
        yield Skipped(target.origin, f"the deep test was not made: {trial.problem}", KIND)
    others: dict[str, list[str]] = {}
    for code, title, operation in trial.failures:
        if code not in JUDGED:
            others.setdefault(f"Schemathesis found: {code} {title}; no rule judges it", []).append(operation)
    for reason, operations in others.items():
        yield from (Skipped(operation, reason, KIND) for operation in operations)
