"""How much of what should have been looked at was looked at, and why the rest was not."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from assay.model.assessment import Coverage, CoverageLine
from assay.model.place import ROUTE_CLOSED
from assay.model.program import Inventory
from assay.model.verdict import Outcome, Verdict

REACHED = (Outcome.PASS, Outcome.FAIL)


def coverage(
    verdicts: Sequence[Verdict], inventory: Inventory, *, executed: Collection[str], known: Collection[str]
) -> Coverage:
    """The coverage of a run that executed some of the known rules.

    The share is the verdicts that were reached of those that apply, times the shares of files read, routes resolved and rules
    heard: a verdict that never came up, because its file could not be read, is missing as much as one without an answer. A
    rule that ended early is heard, since what it did not reach has not-tested verdicts. Where answers are all that is known, routes
    that let nobody in lower it as well: that a door is shut says nothing of the room.
    Source: docs/decisions/0004-score-version-1.md.
    """
    reached = sum(verdict.outcome in REACHED for verdict in verdicts)
    applicable = reached + sum(verdict.outcome is Outcome.NOT_TESTED for verdict in verdicts)
    ran = len(set(executed) & set(known))
    heard = len(set(known) & {*executed, *(verdict.rule for verdict in verdicts)})
    files, routes = _files(inventory), _routes(inventory)
    lines = (
        *((files,) if inventory.files.found or not _is_live_alone(inventory) else ()),
        routes,
        _authorization(inventory),
        *_settings(inventory),
        *_contracts(inventory),
        *_open(inventory),
        _rules(ran, len(known)),
    )
    share = _ratio(reached, applicable) * _ratio(heard, len(known))
    for line in (files, routes, *(_open(inventory) if _is_live_alone(inventory) else ())):
        share *= _ratio(line.tested, line.total) if line.total else 1.0
    return Coverage(round(share, 4), lines, _reasons(verdicts, inventory))


def _is_live_alone(inventory: Inventory) -> bool:
    """Whether no code was read: what is known was seen live, or nobody answered."""
    if inventory.files.found:
        return False
    has_target = any(skipped.kind == "target" for skipped in inventory.skipped)
    return has_target or any("live" in endpoint.views for endpoint in inventory.endpoints)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _files(inventory: Inventory) -> CoverageLine:
    files = inventory.files
    notes = [
        f"{files.passed_over} without a word of any framework" if files.passed_over else "",
        f"{files.left_out} tests, vendored or generated, left out" if files.left_out else "",
        f"{files.skipped} skipped" if files.skipped else "",
    ]
    looked_at = files.read + files.passed_over
    return CoverageLine("source files", looked_at, looked_at + files.skipped, "; ".join(note for note in notes if note))


def _routes(inventory: Inventory) -> CoverageLine:
    lost = sum(skipped.kind == "route" for skipped in inventory.skipped)
    found = len(inventory.endpoints)
    return CoverageLine("routes resolved", found, found + lost, f"{lost} routes unresolved" if lost else "")


def _authorization(inventory: Inventory) -> CoverageLine:
    decided = sum(endpoint.auth is not None for endpoint in inventory.endpoints)
    return CoverageLine("endpoints with decided authorization", decided, len(inventory.endpoints))


def _settings(inventory: Inventory) -> Iterator[CoverageLine]:
    if inventory.settings:
        decided = sum(setting.value != "unknown" for setting in inventory.settings)
        yield CoverageLine("settings with known value", decided, len(inventory.settings))


def _contracts(inventory: Inventory) -> Iterator[CoverageLine]:
    """How code and contracts meet, of APIs that have both: operations that were found."""
    served = {endpoint.api for endpoint in inventory.endpoints}
    operations = [
        operation for contract in inventory.contracts if contract.api in served for operation in contract.operations
    ]
    if operations:
        found = sum(bool(operation.endpoints) for operation in operations)
        documented = sum("contract" in endpoint.views for endpoint in inventory.endpoints)
        note = f"{documented} of {len(inventory.endpoints)} endpoints are in a contract"
        yield CoverageLine("operations of contracts found", found, len(operations), note)


def _open(inventory: Inventory) -> Iterator[CoverageLine]:
    """Of the routes that a live call got an answer from, those that let somebody in."""
    closed = {skipped.path for skipped in inventory.skipped if skipped.kind == ROUTE_CLOSED}
    asked = closed | {each.name for each in inventory.endpoints if "live" in each.views}
    if asked:
        yield CoverageLine("routes that let somebody in", len(asked - closed), len(asked))


def _rules(ran: int, known: int) -> CoverageLine:
    return CoverageLine("rules executed", ran, known)


def _reasons(verdicts: Iterable[Verdict], inventory: Inventory) -> tuple[tuple[str, int], ...]:
    """Why, most frequent first; what names the subject is cut off so that equal reasons count together."""
    counts = Counter(_reason(verdict) for verdict in verdicts if verdict.outcome is Outcome.NOT_TESTED)
    counts.update(f"{skipped.kind}: {skipped.reason}" for skipped in inventory.skipped if skipped.kind != "left-out")
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _reason(verdict: Verdict) -> str:
    rest = verdict.message.removeprefix(verdict.subject.name).lstrip(" :,").removeprefix("was not judged: ")
    return rest or verdict.message
