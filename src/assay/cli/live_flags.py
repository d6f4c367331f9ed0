"""The options of a scan of a running API, and the places that a scan is of: a folder, a URL, or both."""

import os
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, TypedDict, TypeVar

import click
from msgspec import Struct

from assay.cli.flags import folder

F = TypeVar("F", bound=Callable[..., Any])


class LiveFlags(TypedDict):
    """How a running API is asked."""

    mode: str | None
    confirm_host: str
    listener: str | None
    identity: tuple[str, ...]
    max_time: float | None
    max_requests: int | None
    connections: int | None
    rate: float | None
    timeout: float | None
    allow_private: bool
    insecure: bool
    ca_file: Path | None
    api: str
    deep: str | None


class Places(Struct, frozen=True):
    """What a scan is of."""

    root: Path
    """The folder, else the current one, whose assay.toml counts."""
    has_code: bool
    url: str = ""


def places(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> Places:
    """The folder and the URL that the arguments name."""
    urls = [text for text in value if "://" in text]
    folders = [text for text in value if "://" not in text]
    if len(urls) > 1 or len(folders) > 1:
        kind, twice = ("URL", urls) if len(urls) > 1 else ("folder", folders)
        raise click.BadParameter(f"{twice[1]} is a second {kind}. Mend: scan one {kind} at a time.")
    root = folder(context, parameter, Path(folders[0] if folders else "."))
    return Places(root, has_code=bool(folders) or not urls, url=urls[0] if urls else "")


def asking(function: F) -> F:
    """The options of a scan of a running API."""
    marks = (
        click.option(
            "--mode", type=click.Choice(["passive", "safe", "active"]), help="How far probes go; default safe."
        ),
        click.option("--confirm-host", default="", metavar="HOST", help="The host again; active mode demands it."),
        click.option(
            "--listener",
            metavar="URL",
            help="Receive calls of the target at this address of this machine, as http://127.0.0.1:0; active mode.",
        ),
        click.option(
            "--identity",
            multiple=True,
            metavar="NAME=KIND:...",
            help="Ask in a name, as alice=bearer:env:TOKEN; repeatable.",
        ),
        click.option(
            "--max-time", type=click.FloatRange(1, 86_400), metavar="SECONDS", help="Time budget; default 60."
        ),
        click.option(
            "--max-requests", type=click.IntRange(1, 1_000_000), metavar="N", help="Request budget; default 400."
        ),
        click.option("--connections", type=click.IntRange(1, 256), metavar="N", help="Side by side; default 8."),
        click.option(
            "--rate", type=click.FloatRange(0.01, 100_000), metavar="N", help="Requests a second; default 20."
        ),
        click.option(
            "--timeout", type=click.FloatRange(0.1, 600), metavar="SECONDS", help="For one answer; default 10."
        ),
        click.option("--allow-private", is_flag=True, help="Ask although the name leads to a private address."),
        click.option("--insecure", is_flag=True, help="Send credentials although the certificate is not trusted."),
        click.option("--ca-file", type=click.Path(path_type=Path), metavar="FILE", help="Issuers to trust instead."),
        click.option(
            "--deep",
            type=click.Choice(["schemathesis"]),
            help="Let this program, where it is installed, try every operation as well.",
        ),
        click.option("--api", default="", metavar="ID", help="The API of the folder that answers at the URL."),
    )
    return reduce(lambda marked, mark: mark(marked), reversed(marks), function)


def environment(name: str) -> str | None:
    """A variable of the environment."""
    return os.environ.get(name)
