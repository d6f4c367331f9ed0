"""`assay evidence deploy`: record what went live, one by one or from a list."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, writing_to
from assay.cli.stdout import note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assay.ledger.session import Session
    from assay.model.access import Deployment


class DeployFlags(LedgerFlags):
    """What `assay evidence deploy` takes."""

    commit: str
    environment: str
    actor: str
    at: str
    state: str
    id_: str
    override: str
    approver: str
    file: Path | None


@click.command("deploy", short_help="Record what went live")
@click.option("--commit", default="", metavar="SHA", help="The commit that went live.")
@click.option("--environment", default="production", metavar="NAME", help="Where to. Default production.")
@click.option("--actor", default="", metavar="NAME", help="Who deployed it; you by default.")
@click.option("--at", default="", metavar="TIME", help="When, as 2027-01-31T12:00:00Z; now by default.")
@click.option("--state", default="success", metavar="WORD", help="How it ended. Default success.")
@click.option("--id", "id_", default="", metavar="ID", help="Its id where it comes from.")
@click.option("--override", default="", metavar="TEXT", help="Why it went live although something stood against it.")
@click.option("--approver", default="", metavar="NAME", help="Who let it through; needed with --override.")
@click.option(
    "--import", "file", type=click.Path(path_type=Path), metavar="FILE", help="A CSV, or GitHub's deployments as JSON."
)
@at_ledger
def command(**flags: Unpack[DeployFlags]) -> None:
    """Record a deployment, or all of a list that are not recorded yet.

    The list is the population that changes are held against (AP718, AP719).
    Columns of a CSV: commit, environment, actor, deployed; id, state,
    override and approver if there are any.
    """
    from assay.assessment.deployment_lists import listed
    from assay.assessment.deployment_span import spanned
    from assay.assessment.rows import read_bytes
    from assay.errors import UsageError

    if bool(flags["commit"]) == bool(flags["file"]):
        message = "Nothing says what went live, or two things do. Mend: --commit SHA, or --import FILE."
        raise UsageError(message)
    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        path = flags["file"]
        found = listed(read_bytes(path), path) if path else (_stated(session, flags),)
        _refuse_future(found, session.clock())
        new = spanned(session.ledger, flags["path"], [each for each in found if _is_new(session, each)])
        sealed = session.remember([session.fact(each.id, each) for each in new]) if new else ()
    known = f", {len(found) - len(new)} known already" if len(found) > len(new) else ""
    places = (
        f" as {'entries' if len(sealed) > 1 else 'entry'} {', '.join(str(each.sequence) for each in sealed[:5])}"
        if sealed
        else ""
    )
    note(f"assay: {len(new)} of {len(found)} deployments recorded{places}{' ...' if len(sealed) > 5 else ''}{known}")


def _refuse_future(found: "Sequence[Deployment]", now: datetime) -> None:
    """Raises `UsageError` for what is said to go live later."""
    from assay.errors import UsageError

    for each in found:
        if datetime.fromisoformat(each.deployed) > now:
            message = (
                f"{each.commit[:12]} is deployed at {each.deployed}, which is to come. Mend: record it when it is live."
            )
            raise UsageError(message)


def _stated(session: "Session", flags: DeployFlags) -> "Deployment":
    from assay.assessment.deployment_lists import made
    from assay.assessment.revision import resolved
    from assay.errors import RevisionError

    commit = flags["commit"]
    try:
        commit = resolved(flags["path"], commit)
    except RevisionError:
        note(f"assay: git does not know {commit} here; it is recorded as it is written.")
    cells = {
        "id": flags["id_"],
        "commit": commit,
        "environment": flags["environment"],
        "actor": flags["actor"] or session.actor,
        "deployed": flags["at"] or session.clock().isoformat(timespec="seconds"),
        "state": flags["state"],
        "override": flags["override"],
        "approver": flags["approver"],
    }
    return made("--at", cells, "stated")


def _is_new(session: "Session", made: "Deployment") -> bool:
    """Whether the ledger does not say the same of it already, wherever it was read from."""
    from msgspec.structs import replace

    from assay.ledger.encoding import decoded
    from assay.model.access import Deployment

    last = session.ledger.newest(made.id, "deployment", 0)
    if last is None:
        return True
    before = decoded(Deployment, session.ledger.body(last.entry.payload))
    return replace(before, source=made.source, holds=made.holds) != made
