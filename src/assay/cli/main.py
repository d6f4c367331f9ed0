"""The `assay` command: a group whose commands are imported only when they run, and the one place where failures become exit codes.

Exit codes: 0 clean below the threshold, 1 the gate failed, 2 a usage or configuration error, 3 nothing or not enough could be assessed.
"""

import importlib
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from assay.cli.stdout import forget
from assay.errors import AssayError
from assay.version import VERSION

COMMANDS = {
    "scan": "Assess the APIs of a folder",
    "inventory": "List endpoints and what guards them",
    "explain": "Explain a rule or an endpoint",
    "rules": "List the rules",
    "controls": "List controls and what tests them",
    "diff": "Compare with a git revision",
    "evidence": "Show and verify what is remembered",
    "accept": "Accept a finding until a day",
    "policy": "Write, approve and acknowledge policies",
    "audit": "State an audit and see what it lacks",
    "init": "Write a commented assay.toml or a CI file",
}
"""Name: what help says of it. Each is `assay.cli.<name>.command`."""
USAGE, NOT_ASSESSED, ABANDONED = 2, 3, 130
"""130 is 128 + SIGINT, as shells count."""


class Commands(click.Group):
    """A group that knows its commands by name and imports one when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"assay.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            ctx.fail(
                f"No such command {args[0]!r}. "
                + (f"Did you mean {near[0]}?" if near else f"Use one of {', '.join(COMMANDS)}.")
            )
        return super().resolve_command(ctx, args)

    def main(  # type: ignore[override]  # the same call; it never returns, and no caller asks it to
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        **_ignored: object,
    ) -> NoReturn:
        """Run a command line and leave with its exit code."""
        words = list(sys.argv[1:] if args is None else args)
        # It may stand before and after the command, so no single command can take it.
        asked = [word for word in words if word != "--debug"]
        run = partial(super().main, asked, prog_name, complete_var, standalone_mode=False)
        sys.exit(_code(run, is_debugging="--debug" in words))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, message="assay %(version)s")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback when Assay itself fails.")
def cli() -> None:
    """Test the security of APIs and say what it means for SOC 2.

    Exit codes: 0 clean below the threshold, 1 the gate failed, 2 usage or
    configuration error, 3 nothing or not enough could be assessed.
    """


def _code(run: Callable[[], object], *, is_debugging: bool) -> int:
    """The exit code of a run that leaves by returning or by raising."""
    try:
        code = run()
    except click.Abort:
        return ABANDONED
    except click.ClickException as error:
        error.show()
        return USAGE
    except AssayError as error:
        click.echo(f"assay: {error}", err=True)
        return USAGE
    except BrokenPipeError:
        forget()
        return NOT_ASSESSED
    except Exception as error:  # noqa: BLE001 - the top of the command line
        _report(error, is_debugging=is_debugging)
        return NOT_ASSESSED
    return code if isinstance(code, int) else 0


def _report(error: Exception, *, is_debugging: bool) -> None:
    """A crash in words that its reader can pass on: never the content of scanned files."""
    import traceback

    if is_debugging:
        traceback.print_exception(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    click.echo(
        f"assay: nothing could be assessed, because Assay itself failed: {type(error).__name__} in {frame.name}, "
        f"{Path(frame.filename).name}:{frame.lineno} (assay {VERSION}, Python {sys.version.split()[0]}).\n"
        "This is a bug. Please report this line; --debug shows the whole traceback.",
        err=True,
    )
