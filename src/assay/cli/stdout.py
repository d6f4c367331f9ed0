"""What goes to standard output: whole texts as UTF-8, whatever the locale, and no complaint when the reader has left."""

import os
import sys

import click


def say(text: str) -> None:
    """Write a text. A reader that closed the pipe, as `head` does, is no failure and changes no exit code."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        forget()


def forget() -> None:
    """Let everything that is still to be written go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def note(text: str) -> None:
    """Write a line for people to standard error."""
    click.echo(text, err=True)
