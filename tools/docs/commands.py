"""Writes the page of the command line from the commands themselves."""

from collections.abc import Iterator
from inspect import cleandoc

import click

from assay.cli.main import cli

INTRODUCTION = """# Command line

`assay COMMAND --help` prints the same in a terminal.

## Exit codes

| code | means |
| --- | --- |
| 0 | done; no finding reaches the threshold |
| 1 | a finding reaches the threshold of `--fail-on` |
| 2 | an argument, a setting or a file is wrong; the message says how to mend it |
| 3 | nothing or not enough could be assessed |
"""


def commands() -> str:
    """The page, in Markdown."""
    context = click.Context(cli, info_name="assay")
    return "\n".join([INTRODUCTION, *_below(context, cli)])


def _below(parent: click.Context, group: click.Group) -> Iterator[str]:
    """The commands of a group, and those of the groups among them."""
    for name in group.list_commands(parent):
        command = group.get_command(parent, name)
        if command is None:
            raise LookupError(name)
        context = click.Context(command, info_name=name, parent=parent)
        yield _command(context, command)
        if isinstance(command, click.Group):
            yield from _below(context, command)


def _command(context: click.Context, command: click.Command) -> str:
    usage = command.get_usage(context).removeprefix("Usage: ")
    lines = [f"## {context.command_path}\n", f"```text\n{usage}\n```\n", *_paragraphs(command.help or "")]
    rows = list(_options(command, context))
    if rows:
        lines += ["| option | what it does |\n| --- | --- |", *rows, ""]
    return "\n".join(lines)


def _paragraphs(text: str) -> Iterator[str]:
    """The help text; a paragraph that click must not wrap (it begins with a backspace) is an example."""
    for paragraph in cleandoc(text).split("\n\n"):
        body = paragraph.removeprefix("\b\n")
        yield f"{body}\n" if body == paragraph else f"```text\n{body}\n```\n"


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and record[1] and not (isinstance(parameter, click.Option) and parameter.hidden):
            names, text = record
            yield f"| `{names}` | {text.replace('|', chr(92) + '|')} |"
