"""What goes to standard output: whole texts as UTF-8, whatever the locale, and no complaint when the reader has left."""

import os
import sys

import click

from assay.errors import UsageError


def say(text: str) -> None:
    """Write a text. A reader that closed the pipe, as `head` does, is no failure and changes no exit code.

    Raises `UsageError` when there is no room for it.
    """
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode("utf-8", "replace"))
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        forget()
    except OSError as error:
        forget()
        message = f"standard output cannot be written: {error.strerror}. Mend: send it elsewhere."
        raise UsageError(message) from error


def is_terminal() -> bool:
    """Whether people look at standard output."""
    return sys.stdout is not None and sys.stdout.isatty()


def forget() -> None:
    """Let everything that is still to be written go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def note(text: str) -> None:
    """Write a line for people to standard error."""
    click.echo(text, err=True)
