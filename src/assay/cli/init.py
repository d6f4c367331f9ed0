"""`assay init`: write a commented assay.toml with what was detected, or the file that runs Assay in CI."""

from pathlib import Path
from typing import Unpack

import click

from assay.cli.flags import ReadFlags, path_argument, reading


class InitFlags(ReadFlags):
    """What `assay init` takes besides PATH."""

    ci: str | None


@click.command("init", short_help="Write a commented assay.toml or a CI file")
@path_argument
@click.option(
    "--ci", type=click.Choice(["github", "gitlab", "pre-commit"]), help="Write the file of a CI system instead."
)
@reading
def command(path: Path, **flags: Unpack[InitFlags]) -> None:
    """Write PATH/assay.toml with what was detected, every setting explained.

    With --ci, write the file that runs Assay there. A file that exists is never
    overwritten.
    """
    from assay.cli.initial import ci_file, settings_file
    from assay.cli.stdout import note

    written = ci_file(path, flags["ci"]) if flags["ci"] else settings_file(path, flags)
    note(f"assay: wrote {written}")
