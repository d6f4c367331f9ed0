"""A policy as a document: Markdown, whose SHA-256 an approval is bound to, and PDF.

`markdown` gives the text, `printed` the paper (`_paper`). May import `model` and `errors`.
"""

from datetime import date

from assay.model.policy import PolicySection, PolicyText


def markdown(policy: PolicyText) -> str:
    """The policy as Markdown; the same policy gives the same text."""
    cover = [f"- {label}: {value}" for label, value in policy.facts]
    parts = [
        f"# {policy.title}",
        "\n".join(cover),
        *(_section(number, each) for number, each in enumerate(policy.sections, 1)),
    ]
    return "\n\n".join(parts) + "\n"


def printed(policy: PolicyText, digest: str, day: date) -> bytes:
    """The policy as PDF/A, with the digest of its text and the day on which it was made."""
    from assay.reports.policy._paper import paper  # noqa: PLC0415 - a large library, loaded when a document is made

    return paper(policy, digest, day)


def _section(number: int, section: PolicySection) -> str:
    parts = [f"## {number}. {section.heading}"]
    for line in section.lines:
        is_item = line.startswith("- ")
        if is_item and parts[-1].rpartition("\n")[2].startswith("- "):
            parts[-1] += f"\n{line}"
        else:
            parts.append(line)
    if section.columns:
        rows = (section.columns, tuple("---" for _ in section.columns), *section.rows)
        parts.append("\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows))
    return "\n\n".join(parts)
