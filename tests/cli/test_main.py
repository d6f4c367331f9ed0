"""The door: failures become exit codes, and `--help` loads nothing heavy."""

from collections.abc import Callable
from typing import NoReturn

import click
import pytest
from tests.cli.command import assay

from assay.cli import main
from assay.cli.main import COMMANDS, cli
from assay.errors import ConfigurationError


def failing(error: BaseException) -> Callable[[], NoReturn]:
    def run() -> NoReturn:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigurationError("assay.toml: x is wrong. Mend: y."), 2),
        (click.UsageError("wrong"), 2),
        (click.FileError("x"), 2),
        (click.Abort(), 130),
        (ZeroDivisionError("secret"), 3),
        (RecursionError("secret"), 3),
    ],
)
def test_a_failure_becomes_an_exit_code(error: BaseException, code: int) -> None:
    assert main._code(failing(error), is_debugging=False) == code


def test_a_crash_is_told_so_that_it_can_be_reported_and_leaks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    main._code(failing(ZeroDivisionError("a secret")), is_debugging=False)
    told = capsys.readouterr()
    assert told.out == ""
    assert "Assay itself failed: ZeroDivisionError in run, test_main.py:" in told.err
    assert "secret" not in told.err


def test_debug_shows_the_whole_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    main._code(failing(ZeroDivisionError("a secret")), is_debugging=True)
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_what_a_command_returns_is_its_exit_code() -> None:
    assert main._code(lambda: 3, is_debugging=False) == 3
    assert main._code(lambda: None, is_debugging=False) == 0


def test_help_lists_every_command_without_loading_one() -> None:
    done = assay("--help", PYTHONPROFILEIMPORTTIME="1")
    assert not [name for name in COMMANDS if f"\n  {name} " not in done.out]
    assert not [name for name in COMMANDS if f"assay.cli.{name}\n" in done.err]
    assert "assay.assessment" not in done.err


def test_every_command_of_the_list_exists_and_says_what_the_list_says() -> None:
    context = click.Context(cli)
    commands = {name: cli.get_command(context, name) for name in COMMANDS}
    assert {name: command and command.short_help for name, command in commands.items()} == COMMANDS


def test_the_version_is_told() -> None:
    assert assay("--version").out.startswith("assay ")


@pytest.mark.parametrize("words", [[], ["--nosuch"], ["scan", "--nosuch"]])
def test_a_wrong_flag_exits_with_two(words: list[str]) -> None:
    assert assay(*words).code == 2


def test_debug_may_stand_before_and_after_the_command() -> None:
    assert assay("--debug", "rules").code == 0
    assert assay("rules", "--debug").code == 0
