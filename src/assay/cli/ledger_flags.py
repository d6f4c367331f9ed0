"""Options of commands that look into a ledger, and the ledger that they mean."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import click

from assay.cli.flags import folder

if TYPE_CHECKING:
    from assay.ledger.recall import Recall
    from assay.ledger.session import Places, Session
    from assay.ledger.sqlite import Ledger

F = TypeVar("F", bound=Callable[..., Any])
WEEK = re.compile(r"(\d{4})-?W(\d{2})")


class LedgerFlags(TypedDict):
    """Which ledger is meant."""

    path: Path
    config: Path | None


def at_ledger(function: F) -> F:
    """The options that say which ledger."""
    path = click.option(
        "--path",
        type=click.Path(path_type=Path, readable=False),
        default=".",
        callback=folder,
        help="Folder of the project; this one by default.",
    )
    config = click.option(
        "--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings, instead of its assay.toml."
    )
    debug = click.option(
        "--debug", is_flag=True, expose_value=False, help="Show the traceback when Assay itself fails."
    )
    return path(config(debug(function)))


def in_form(function: F) -> F:
    """The option that says how to print."""
    return click.option(
        "--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print it."
    )(function)


def places_of(flags: LedgerFlags) -> "Places":
    """Where the ledger lies."""
    from assay.assessment.settings import found
    from assay.cli.recording import where_of

    return where_of(flags["path"], found(flags["path"], flags["config"]))


@contextmanager
def looking(flags: LedgerFlags) -> "Iterator[Ledger]":
    """The ledger, to be read."""
    from assay.ledger.session import reading

    with reading(places_of(flags)) as ledger:
        yield ledger


@contextmanager
def writing_to(flags: LedgerFlags) -> "Iterator[Session]":
    """The ledger, to be written to by who runs this. Raises `LedgerError` if there is none."""
    from assay.assessment.clock import now
    from assay.cli.actor import actor
    from assay.ledger.session import reading, writing
    from assay.version import VERSION

    where = places_of(flags)
    with reading(where):
        pass  # Only a scan makes a ledger.
    with writing(where, actor(flags["path"]), VERSION, now) as session:
        yield session


def recalling(ledger: "Ledger", at: datetime | None = None) -> "Recall":
    """What the ledger remembers, as of a moment; else of now."""
    from assay.assessment.clock import now
    from assay.ledger.recall import recalled

    return recalled(ledger, at or now())


def window(week: str) -> tuple[datetime, datetime]:
    """The moments at which an ISO week, as 2026-W23, begins and ends, in UTC. Raises `UsageError` for anything else."""
    from datetime import UTC, timedelta

    from assay.errors import UsageError

    match = WEEK.fullmatch(week)
    message = f"--week {week}: this is no week. Mend: write it as 2026-W23."
    if match is None:
        raise UsageError(message)
    try:
        start = datetime.fromisocalendar(int(match[1]), int(match[2]), 1).replace(tzinfo=UTC)
    except ValueError as error:
        raise UsageError(message) from error
    return start, start + timedelta(days=7)
