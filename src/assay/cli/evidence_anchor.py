"""`assay evidence anchor`: keep the signed head where its keeper cannot reach it alone: in a file, a git note or a git tag."""

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, writing_to
from assay.cli.stdout import note, say

if TYPE_CHECKING:
    from assay.ledger.session import Session


@click.command("anchor", short_help="Keep the signed head outside the ledger")
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it to a file.")
@click.option("--git-note", is_flag=True, help="Attach it to the checked-out commit, as a note in refs/notes/assay.")
@click.option("--git-tag", is_flag=True, help="Make an annotated tag assay/SIZE that holds it.")
@at_ledger
def command(file: Path | None, *, git_note: bool, git_tag: bool, **flags: Unpack[LedgerFlags]) -> None:
    """Print the signed head of the ledger, and keep it elsewhere if asked.

    A head that somebody else holds shows that the newest entries are gone,
    or that history was written anew: assay evidence verify --checkpoint FILE.
    Push refs/notes/assay or the tag; Assay itself pushes nothing.
    """
    from assay.assessment.anchoring import git_note as attach
    from assay.assessment.anchoring import git_tag as tag
    from assay.ledger.heads import sign, written

    with writing_to(flags) as session:
        head = sign(session.ledger, session.signer, session.head)
        size = _size(session)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        written(file, head)
    if git_note:
        attach(flags["path"], head.decode())
    if git_tag:
        tag(flags["path"], f"assay/{size}", head.decode())
    say(head.decode())
    where = [str(file)] if file else []
    where += ["refs/notes/assay"] if git_note else []
    where += [f"tag assay/{size}"] if git_tag else []
    note(f"assay: the head of {size} entries" + (f" is kept in {', '.join(where)}" if where else ""))


def _size(session: "Session") -> int:
    last = session.ledger.head()
    return last.sequence if last else 0
