"""What each deployment put live: the commits that are new since the last one in the same environment, as git tells."""

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from assay.assessment.revision import between
from assay.ledger.deployment import is_live
from assay.ledger.encoding import decoded
from assay.ledger.sqlite import Ledger
from assay.model.access import Deployment


def spanned(ledger: Ledger, root: Path, new: Sequence[Deployment]) -> tuple[Deployment, ...]:
    """New deployments with their commits. One without an earlier deployment, or that git does not know, stays as it is."""
    known = {each.id: each for each in _recorded(ledger)} | {each.id: each for each in new}
    live = sorted((each for each in known.values() if is_live(each)), key=lambda each: (each.deployed, each.id))
    return tuple(_spanned(root, each, live) for each in new)


def _spanned(root: Path, each: Deployment, live: Sequence[Deployment]) -> Deployment:
    earlier = [one for one in live if one.environment == each.environment and one.deployed < each.deployed]
    if not earlier or not is_live(each):
        return each
    return replace(each, holds=between(root, earlier[-1].commit, each.commit))


def _recorded(ledger: Ledger) -> Sequence[Deployment]:
    return [decoded(Deployment, ledger.body(each.entry.payload)) for each in ledger.of_type("deployment")]
