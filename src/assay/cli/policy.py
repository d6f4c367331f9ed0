"""`assay policy`: policies from the settings, approved and acknowledged. A group whose commands are imported only when they run."""

import importlib

import click

COMMANDS = {
    "list": "List policies, their values and what is missing",
    "render": "Write policies as Markdown or PDF",
    "approve": "Approve the text as it reads today",
    "review": "Say that a policy was reviewed and stays",
    "acknowledge": "Say that somebody read a policy",
    "exercise": "Say that a plan was exercised",
    "withdraw": "Take a policy out of force",
    "status": "Show which are in force, due and unread",
}
"""Name: what help says of it. Each is `assay.cli.policy_<name>.command`."""


class PolicyCommands(click.Group):
    """A group that knows its commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"assay.cli.policy_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("policy", cls=PolicyCommands, short_help="Write, approve and acknowledge policies")
def command() -> None:
    """Policies whose numbers are the settings of the tool.

    Their values stand under [policy] in assay.toml; approvals, reviews and
    acknowledgements in the ledger, bound to the SHA-256 of the text.
    """
