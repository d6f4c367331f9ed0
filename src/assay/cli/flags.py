"""Options that several commands share, and the folder that they all take."""

import os
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, TypedDict, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
Mark = Callable[[F], F]


class ReadFlags(TypedDict):
    """How a tree is read."""

    config: Path | None
    exclude: tuple[str, ...]
    contract: tuple[str, ...]
    jobs: int
    no_cache: bool
    quiet: bool


class WeighFlags(ReadFlags):
    """What the verdicts are weighed by."""

    framework: tuple[str, ...]
    criteria: tuple[str, ...]
    as_of: str
    fail_on: str | None


class DiffFlags(WeighFlags):
    """What `assay diff` takes besides REV and PATH."""

    format: str


def folder(_context: click.Context, _parameter: click.Parameter, value: Path) -> Path:
    """The folder that PATH names; an error that names the mend when it is none."""
    if not value.exists():
        raise click.BadParameter(f"{value} does not exist. Mend: name a folder that holds source code.")
    if not value.is_dir():
        raise click.BadParameter(f"{value} is a file. Mend: name the folder of the project that it belongs to.")
    if not os.access(value, os.R_OK | os.X_OK):
        raise click.BadParameter(f"{value} cannot be read. Mend: change its permissions.")
    return value.resolve()


def path_argument(function: F) -> F:
    """The argument PATH, the current folder if it is left out."""
    return click.argument("path", type=click.Path(path_type=Path, readable=False), default=".", callback=folder)(
        function
    )


def reading(function: F) -> F:
    """The options of commands that read a tree."""
    return _all(
        function,
        click.option(
            "--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings, instead of PATH/assay.toml."
        ),
        click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out paths that match; repeatable."),
        click.option(
            "--contract", multiple=True, metavar="FILE", help="OpenAPI document, instead of those found; repeatable."
        ),
        click.option(
            "--jobs", type=click.IntRange(0, 64), default=0, metavar="N", help="Processes to read with; 0 chooses."
        ),
        click.option("--no-cache", is_flag=True, help="Neither use nor keep facts of earlier runs."),
        click.option("--quiet", "-q", is_flag=True, help="Print neither progress nor remarks."),
        click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback when Assay itself fails."),
    )


def weighing(function: F) -> F:
    """The options of commands that judge and weigh."""
    thresholds = ("critical", "high", "medium", "low", "info", "never")
    return _all(
        function,
        click.option(
            "--fail-on",
            type=click.Choice(thresholds),
            metavar="SEVERITY",
            help="Lowest severity that fails: critical, high (default), medium, low, info, never.",
        ),
        click.option(
            "--framework", multiple=True, metavar="NAME", help="Catalogs, as soc2,pci; default soc2; all for all."
        ),
        click.option("--criteria", multiple=True, metavar="NAME", help="Criteria besides security, as availability."),
        click.option("--as-of", default="", metavar="DATE", help="Judge expiries by this day instead of today."),
    )


def _all(function: F, *marks: Mark[F]) -> F:
    return reduce(lambda marked, mark: mark(marked), reversed(marks), function)
