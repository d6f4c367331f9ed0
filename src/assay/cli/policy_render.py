"""`assay policy render`: writes policies as documents."""

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger
from assay.cli.stdout import note, say

if TYPE_CHECKING:
    from datetime import date


class RenderFlags(LedgerFlags):
    """What `assay policy render` takes."""

    form: str
    output: Path | None


@click.command("render", short_help="Write policies as Markdown or PDF")
@click.argument("ids", metavar="[POLICY]...", nargs=-1)
@click.option("--format", "form", type=click.Choice(["markdown", "pdf"]), default="markdown", help="What to write.")
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), metavar="FOLDER", help="Where to; else to standard output."
)
@at_ledger
def command(ids: tuple[str, ...], **flags: Unpack[RenderFlags]) -> None:
    """Write policies, all of them or those named.

    Values that nobody stated are marked; such a text is a draft.
    """
    from assay.assessment.clock import day
    from assay.assessment.policies import document, required
    from assay.assessment.settings import found
    from assay.errors import UsageError
    from assay.reports.policy import printed

    settings = found(flags["path"], flags["config"])
    names = ids or tuple(each.id for each in required(settings))
    made = [document(id_, settings, flags["path"].name) for id_ in names]
    folder = flags["output"]
    if folder is None:
        if flags["form"] == "pdf":
            message = "--format pdf: paper is written to files. Mend: add --output FOLDER."
            raise UsageError(message)
        say("\n".join(each.text for each in made))
        return
    for each in made:
        effective = dict(each.policy.facts)["Effective date"]
        content = (
            each.text.encode()
            if flags["form"] == "markdown"
            else printed(each.policy, each.digest, _day(effective) or day())
        )
        path = folder / f"{each.policy.id}.{'md' if flags['form'] == 'markdown' else 'pdf'}"
        _write(path, content)
        draft = f"; a draft: {len(each.policy.missing)} values are missing" if each.policy.missing else ""
        note(f"assay: wrote {path}, SHA-256 of the text {each.digest}{draft}")


def _day(text: str) -> "date | None":
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _write(path: Path, content: bytes) -> None:
    from assay.errors import UsageError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror}. Mend: name another folder."
        raise UsageError(message) from error
