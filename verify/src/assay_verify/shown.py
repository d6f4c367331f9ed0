"""The outcome as people and as machines read it."""

import json
from pathlib import Path

from assay_verify.outcome import Outcome, State, Verdict
from assay_verify.version import VERSION

MARKS = {State.OK: "ok", State.FAILED: "FAILED", State.MISSING: "missing", State.NONE: "-", State.SKIPPED: "skipped"}
VERDICTS = {
    Verdict.VALID: "VALID: nothing in this pack was changed since it was signed.",
    Verdict.TAMPERED: "TAMPERED: do not rely on this pack.",
    Verdict.INCOMPLETE: "INCOMPLETE: nothing that is there was changed, but something is missing.",
    Verdict.UNREADABLE: "UNREADABLE: nothing could be verified.",
}
LIMITS = (
    "A signature shows who recorded what and that it was not changed since. It does not show that what was recorded was true,",
    "nor, without a timestamp from outside, when. Let the owner re-run a sampled scan before you.",
)
MOST_FAULTS = 10


def as_text(path: Path, outcome: Outcome) -> str:
    """One screen."""
    said = [f"assay-verify {VERSION}  {_plain(path.name)}", ""]
    said += [f"  {step.name:<12} {MARKS[step.state]:<8} {_plain(step.said)}" for step in outcome.steps]
    said += ["", VERDICTS[outcome.verdict]]
    said += [f"  {_plain(fault.place)}: {_plain(fault.reason)}" for fault in outcome.faults[:MOST_FAULTS]]
    if len(outcome.faults) > MOST_FAULTS:
        said.append(f"  and {len(outcome.faults) - MOST_FAULTS} more (--format json lists all)")
    said += [f"  {_plain(each)}" for each in outcome.lacks]
    if outcome.verdict in {Verdict.VALID, Verdict.INCOMPLETE}:
        said += ["", *LIMITS]
    return "\n".join(said) + "\n"


def as_json(path: Path, outcome: Outcome) -> str:
    """All of it, for machines."""
    content = {
        "verifier": VERSION,
        "pack": path.name,
        "verdict": outcome.verdict.name.lower(),
        "exit_code": int(outcome.verdict),
        "steps": [
            {"name": step.name, "state": str(step.state), "said": step.said, "count": step.count}
            for step in outcome.steps
        ],
        "faults": [{"place": fault.place, "reason": fault.reason} for fault in outcome.faults],
        "lacks": list(outcome.lacks),
    }
    return json.dumps(content, indent=2) + "\n"


def _plain(text: str) -> str:
    """Without control characters: a hostile pack must not write to the reader's terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
