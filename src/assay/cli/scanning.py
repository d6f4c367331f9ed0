"""What `assay scan` does once its flags are read."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from assay.assessment import baseline as baselines
from assay.assessment.baseline import Baseline
from assay.assessment.clock import now
from assay.assessment.contract_room import there
from assay.assessment.gate import FAILED, Exit, Gate, exit_of
from assay.assessment.revision import lay_out
from assay.assessment.rooms import Progress, Rooms
from assay.assessment.run import Order, assessed
from assay.assessment.source_room import read
from assay.assessment.wiring import reports, rooms
from assay.cli.answered import Answer, Place, is_lasting
from assay.cli.changing import with_change
from assay.cli.drawing import assessment_text
from assay.cli.live_flags import Places
from assay.cli.order import order_of
from assay.cli.output import report, targets, write, write_text
from assay.cli.progress import shown
from assay.cli.scan_flags import ScanFlags
from assay.cli.stdout import note, say
from assay.errors import ConfigurationError, RevisionError, UsageError
from assay.model.assessment import Assessment


def scanned(where: Places, flags: ScanFlags, kept: Place | None = None) -> int:
    """Scan, report, and give the exit code. Every flag is judged before the scan begins; the answer is kept where it may be."""
    known = reports()
    chosen, files = report(flags["format"], known), targets(flags["output"], known)
    order = order_of(where.root, flags)
    if flags["history"]:
        order = replace(order, wish=replace(order.wish, is_history=True))
    order = replace(order, wish=with_change(order, is_wanted=flags["change"]))
    gate = _gate(order, flags)
    house, order = _house(where, order, flags)
    started = now()
    with shown(is_quiet=flags["quiet"]) as progress:
        written = replace(house, ask=None, probes=())
        order = replace(order, baseline=_baseline(order, flags, written, progress))
        found = assessed(order, house, progress)
    write(found, files)
    if flags["write_baseline"]:
        write_text(flags["write_baseline"], baselines.baseline(found.findings))
    text = chosen.write(found) if chosen.name != "terminal" else ""
    drawn = text or ("" if flags["quiet"] else assessment_text(found, has_endpoints="endpoints" in flags["show"]))
    if drawn:
        say(drawn)
    if not flags["no_record"]:
        from assay.cli.recording import circumstances, digest_of, remember

        about = circumstances(house, order.root, order.settings, started, has_code=where.has_code)
        about = replace(about, report=digest_of(text) if chosen.name == "json" else "")
        remember(found, order.root, order.settings, about, is_quiet=flags["quiet"])
    said = exit_of(found, gate)
    remark = _remark(said, is_quiet=flags["quiet"])
    if kept and is_lasting(order.root, found.inventory):
        kept.keep(Answer(said.code, remark, drawn))
    if remark:
        note(remark)
    return said.code


def _house(where: Places, order: Order, flags: ScanFlags) -> tuple[Rooms, Order]:
    """The rooms of a run and its order: of a folder, of a running API, or of both."""
    if not (where.url or order.settings.live.url):
        return rooms(order.settings, read), order
    from assay.assessment.contract_room import only_contracts
    from assay.cli.live_order import live_of
    from assay.cli.recording import mask_key
    from assay.live.scope import origin_of

    origin, _ = origin_of(where.url or order.settings.live.url)
    is_recording = not flags["no_record"]
    key = partial(mask_key, order.root, order.settings, is_recording=is_recording)
    live = live_of(where, flags, order.settings.live, key)
    order = replace(order, options=tuple(sorted((*order.options, ("target", origin)))))
    if where.has_code:
        return rooms(order.settings, read, live), order
    settings = replace(order.settings, name=origin)
    alone = replace(order, commit="", wish=replace(order.wish, settings=settings))
    return rooms(settings, only_contracts, live), alone


def _gate(order: Order, flags: ScanFlags) -> Gate:
    if flags["new_only"] and not (flags["baseline"] or flags["since"] or order.settings.baseline):
        message = "--new-only: nothing says what is known. Mend: add --baseline FILE, --since REV or `baseline` in assay.toml."
        raise UsageError(message)
    if flags["baseline"] and flags["since"]:
        message = "--baseline and --since both say what is known. Mend: give one of them."
        raise UsageError(message)
    asked = flags["min_coverage"]
    return Gate(order.settings.fail_on, order.settings.min_coverage if asked is None else asked, flags["new_only"])


def _baseline(order: Order, flags: ScanFlags, house: Rooms, progress: Progress) -> Baseline | None:
    """What was known: of a file, or of a revision. A word that names no file is a revision."""
    given = flags["baseline"]
    if flags["since"]:
        return known_at(order, flags["since"], house, progress)
    if given and Path(given).exists():
        return baselines.read(Path(given))
    if given:
        try:
            return known_at(order, given, house, progress)
        except RevisionError as error:
            message = f"--baseline {given}: there is no such file, and as a revision: {error}"
            raise ConfigurationError(message) from error
    if order.settings.baseline:
        return baselines.read(order.root / order.settings.baseline)
    return None


def known_at(order: Order, revision: str, house: Rooms, progress: Progress) -> Baseline:
    """The findings of a revision."""
    found = assessed_at(order, revision, house, progress)
    return Baseline(revision, frozenset(finding.fingerprint for finding in found.findings))


def assessed_at(order: Order, revision: str, house: Rooms, progress: Progress) -> Assessment:
    """The assessment of a revision, by the settings of today's tree, so that only the code differs."""
    with TemporaryDirectory(prefix="assay-") as folder:
        progress(f"laying out {revision}", 0, 0)
        target = Path(folder) / (order.root.name or "project")
        target.mkdir()
        commit = lay_out(order.root, revision, target)
        settings = replace(order.settings, contract=there(target, order.settings.contract))
        wish = replace(order.wish, settings=settings, forge=None)
        return assessed(replace(order, root=target, wish=wish, commit=commit, baseline=None), house, progress)


def _remark(said: Exit, *, is_quiet: bool) -> str:
    """What is said at the end; quiet keeps back what the report tells too, and never why nothing was assessed."""
    return "" if not said.why or (is_quiet and said.code == FAILED) else f"assay: {said.why}"
