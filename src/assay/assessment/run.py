"""The conductor: reads, judges, merges, suppresses, compares and weighs one tree into an assessment."""

from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from assay.assessment.baseline import Baseline, compared
from assay.assessment.exemptions import exempted
from assay.assessment.findings import merged
from assay.assessment.inline import written
from assay.assessment.judging import judged
from assay.assessment.reconcile import reconciled
from assay.assessment.rooms import Asked, Progress, Reading, Rooms, Source, Wish
from assay.assessment.settings import Settings
from assay.assessment.settle import settle
from assay.assessment.suppressions import suppressed
from assay.model.assessment import Assessment, Run
from assay.model.place import Skipped
from assay.model.program import Inventory
from assay.version import VERSION


class Order(Struct, frozen=True):
    """What is to be assessed, and how."""

    root: Path
    wish: Wish
    today: date
    commit: str = ""
    baseline: Baseline | None = None
    options: tuple[tuple[str, str], ...] = ()
    """Effective settings that the run record shows, sorted."""

    @property
    def settings(self) -> Settings:
        """The settings of the project."""
        return self.wish.settings


def assessed(order: Order, rooms: Rooms, progress: Progress) -> Assessment:
    """Everything that one run says. The same tree, order and rooms give the same assessment."""
    reading = read(order.root, order.wish, rooms.read, progress)
    settings = order.settings
    asked = rooms.ask(reading.inventory, progress) if rooms.ask else Asked(reading.inventory)
    inventory = asked.inventory
    progress("judging", 0, 0)
    judgement = judged(written_down(inventory) if rooms.ask else inventory, rooms.rules)
    executed = tuple(sorted((*judgement.executed, *asked.executed)))
    proven = settle((*judgement.verdicts, *asked.verdicts))
    stated = exempted(proven, inventory.endpoints, settings.exemptions, order.today)
    found = merged(stated.verdicts, (*rooms.rules, *rooms.probes))
    inline, unclear = written(reading.comments)
    waivers = (*inline, *settings.suppressions)
    settled = suppressed(found.findings, waivers, found.names, inventory.endpoints, order.today)
    findings = compared(settled.findings, order.baseline)
    seen = _with(inventory, *judgement.skipped)
    weighed = rooms.weigh(seen, stated.verdicts, findings, executed)
    run = Run(
        tool="assay",
        version=VERSION,
        target=settings.name or order.root.name or "project",
        commit=order.commit,
        as_of=order.today.isoformat(),
        options=order.options,
        rules=executed,
        catalogs=tuple(f"{catalog.id} {catalog.version}" for catalog in weighed.catalogs),
        is_complete=reading.is_complete and asked.is_complete and len(executed) == len(rooms.rules) + len(rooms.probes),
    )
    return Assessment(
        run=run,
        inventory=_with(seen, *unclear, *stated.problems, *settled.problems),
        verdicts=stated.verdicts,
        findings=findings,
        coverage=weighed.coverage,
        score=weighed.score,
        controls=weighed.controls,
        catalogs=weighed.catalogs,
        weaknesses=weighed.weaknesses,
        rules=rooms.sheets,
        writes=asked.writes,
    )


def read(root: Path, wish: Wish, source: Source, progress: Progress) -> Reading:
    """What the source room reads, joined with contracts, without the APIs that the settings leave out of scope; those are said."""
    reading = source(root, wish, progress)
    return replace(reading, inventory=_in_scope(reconciled(reading.inventory), wish.settings.apis))


def written_down(inventory: Inventory) -> Inventory:
    """What rules may judge of an inventory with a live view: what stands in code or a contract, not what was only seen to answer."""
    return replace(
        inventory,
        apis=tuple(
            api for api in inventory.apis if api.language or any(api.id == each.api for each in inventory.contracts)
        ),
        endpoints=tuple(endpoint for endpoint in inventory.endpoints if "code" in endpoint.views),
    )


def _in_scope(inventory: Inventory, globs: tuple[str, ...]) -> Inventory:
    if not globs:
        return inventory
    kept = {api.id for api in inventory.apis if any(fnmatchcase(api.id, glob) for glob in globs)}
    out = tuple(
        Skipped(api.root or ".", f"API {api.id}: out of scope by settings (scope.apis)", "left-out")
        for api in inventory.apis
        if api.id not in kept
    )
    narrowed = replace(
        inventory,
        apis=tuple(api for api in inventory.apis if api.id in kept),
        endpoints=tuple(endpoint for endpoint in inventory.endpoints if endpoint.api in kept),
        settings=tuple(setting for setting in inventory.settings if setting.api in kept),
        contracts=tuple(contract for contract in inventory.contracts if contract.api in kept),
        drifts=tuple(drift for drift in inventory.drifts if drift.api in kept),
    )
    return _with(narrowed, *out)


def _with(inventory: Inventory, *skipped: Skipped) -> Inventory:
    return replace(inventory, skipped=tuple(sorted({*inventory.skipped, *skipped})))
