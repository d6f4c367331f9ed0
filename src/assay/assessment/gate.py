"""The gate: whether a run lets a change through, as one of the exit codes 0, 1 and 3 with the sentence that says why."""

from collections.abc import Sequence

from msgspec import Struct

from assay.assessment.findings import counts, reaches
from assay.model.assessment import Assessment
from assay.model.exchange import Standing
from assay.model.program import FileCount, Inventory
from assay.model.verdict import Finding

CLEAN, FAILED, NOT_ASSESSED = 0, 1, 3


class Gate(Struct, frozen=True):
    """What has to hold."""

    fail_on: str
    """The lowest severity that fails, or `never`."""
    min_coverage: float = 0.0
    """Percent."""
    is_new_only: bool = False
    """Whether only findings that the baseline does not know fail."""


class Exit(Struct, frozen=True):
    """How a run ends: an exit code and why."""

    code: int
    why: str
    """A sentence; "" when there is nothing to say."""


def exit_of(assessment: Assessment, gate: Gate) -> Exit:
    """What the gate says. A finding that fails weighs more than coverage that is missing: it is there whatever else is."""
    failing = [
        finding
        for finding in assessment.findings
        if counts(finding) and reaches(finding, gate.fail_on) and not (gate.is_new_only and finding.is_new is False)
    ]
    if failing:
        return Exit(FAILED, _sentence(failing, gate))
    if silent := next((each for each in assessment.inventory.skipped if each.kind == "target"), None):
        return Exit(NOT_ASSESSED, f"The live test is not complete: {silent.reason}.")
    if left := [each for each in assessment.writes if each.standing is Standing.CHANGED]:
        return Exit(NOT_ASSESSED, f"{left[0].of} was NOT PUT BACK. Mend by hand: {left[0].mend}.")
    if not assessment.inventory.endpoints:
        return Exit(NOT_ASSESSED, nothing_found(assessment.inventory))
    share = 100 * assessment.coverage.share
    if share < gate.min_coverage:
        why = f"Coverage is {share:.0f} %, below the {gate.min_coverage:g} % that --min-coverage or assay.toml demands."
        return Exit(NOT_ASSESSED, why)
    return Exit(CLEAN, "")


def nothing_found(inventory: Inventory) -> str:
    """What was looked for and what was found instead of an endpoint."""
    files = inventory.files
    promised = sum(len(contract.operations) for contract in inventory.contracts if contract.api)
    if promised:
        return (
            f"Only a contract was read, with {promised} operation{'' if promised == 1 else 's'}: it says what the API should do, "
            "not what it does. Mend: scan the folder that holds its code."
        )
    looked = "Looked for endpoints of ASP.NET Core, FastAPI, Starlette, Flask and Django (Django REST framework, Django Ninja)"
    if not files.found:
        return f"Nothing to assess: no C# or Python source file was found. {looked}. Mend: scan the folder that holds the code."
    return f"Nothing to assess: 0 endpoints in {_files(files)}. {looked}. {_mend(inventory)}"


def _files(files: FileCount) -> str:
    parts = [
        (files.read, "read"),
        (files.passed_over, "without a word of a known web framework"),
        (files.left_out, "left out as tests, vendored or generated code"),
        (files.skipped, "that could not be read"),
    ]
    told = ", ".join(f"{count} {what}" for count, what in parts if count)
    return (
        f"{files.found} source file{'' if files.found == 1 else 's'} ({told})"
        if told
        else f"{files.found} source files"
    )


def _mend(inventory: Inventory) -> str:
    if any("scope.apis" in skipped.reason for skipped in inventory.skipped):
        return "Mend: every API that was found is out of scope; correct scope.apis in assay.toml."
    if inventory.files.left_out and not inventory.files.read:
        return "Mend: if this folder is itself a test or vendored project, scan it as PATH."
    return "Mend: scan the folder that holds the API, or look at what was skipped in the report."


def _sentence(failing: Sequence[Finding], gate: Gate) -> str:
    count = len(failing)
    kind = "new finding" if gate.is_new_only else "finding"
    threshold = gate.fail_on if gate.fail_on == "critical" else f"{gate.fail_on} or worse"
    return f"{count} {kind}{'' if count == 1 else 's'} of severity {threshold}."
