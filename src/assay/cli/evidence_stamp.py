"""`assay evidence stamp`: have an outside authority say by when the signed head existed (RFC 3161)."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, places_of, writing_to
from assay.cli.stdout import note

if TYPE_CHECKING:
    from assay.ledger.stamping import Request

WAITING = 3


@click.command("stamp", short_help="Have the signed head timestamped")
@click.option(
    "--roots",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Root certificates of the authority, PEM.",
)
@click.option(
    "--command", "program", default="", metavar="WORDS", help="Program that sends its input to the authority, as curl."
)
@at_ledger
def command(roots: Path, program: str, **flags: Unpack[LedgerFlags]) -> None:
    """Queue the signed head for a timestamp, and take in answers.

    Assay sends nothing itself: give a --command, as "curl -sS --data-binary @-
    -H Content-Type:application/timestamp-query URL", or send each .tsq file and
    put the answer beside it as .tsr. What is not answered waits for the next
    call. Exit codes: 0 all is stamped, 3 something waits.
    """
    from assay.errors import LedgerError
    from assay.ledger.stamping import queued, waiting

    where = places_of(flags)
    if not where.head.is_file():
        raise LedgerError(f"{where.head}: there is no signed head. Mend: run assay scan.")
    queued(where.ledger, where.head.read_bytes())
    left = 0
    for request in waiting(where.ledger):
        try:
            _take(request, roots, shlex.split(program), flags)
        except LedgerError as error:
            left += 1
            note(f"assay: the head of {request.size} entries waits in {request.folder}: {error}")
    click.get_current_context().exit(WAITING if left else 0)


def _take(request: "Request", roots: Path, words: list[str], flags: LedgerFlags) -> None:
    """Record the answer to one request. Raises `LedgerError` if there is none that verifies."""
    from assay.errors import LedgerError
    from assay.ledger.stamping import asked, stamped

    if request.answer.is_file():
        answer = request.answer.read_bytes()
    elif words:
        answer = asked(request, words)
    else:
        raise LedgerError(f"it has no answer yet. Mend: give --command, or put the answer into {request.answer.name}.")
    fact, blobs = stamped(request, answer, roots)
    with writing_to(flags) as session:
        session.remember([session.fact(f"checkpoint {request.size}", fact, *blobs)])
    request.close()
    note(f"assay: the head of {request.size} entries existed by {fact.stamped_at:%Y-%m-%d %H:%M:%S} UTC")
