"""Policies: the outline that a product ships, and the document that a company's own values make of it."""

from msgspec import Struct


class Outline(Struct, frozen=True):
    """What a policy has to say."""

    id: str
    title: str
    purpose: str
    sections: tuple[str, ...]
    """Headings of its rules, in order."""
    variables: tuple[str, ...]
    """Names of the values that it needs besides those that every policy does."""
    defaults: tuple[tuple[str, str], ...]
    tested_by: tuple[str, ...]
    """Weaknesses whose rules test what it says."""
    supports: tuple[tuple[str, tuple[str, ...]], ...]
    """(catalog, controls) that it carries."""


class PolicySection(Struct, frozen=True):
    """A heading with its paragraphs; a line that begins with `- ` is an item of a list."""

    heading: str
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    """Of a table below the lines; empty: none."""
    rows: tuple[tuple[str, ...], ...] = ()


class PolicyText(Struct, frozen=True):
    """A policy with the values of a company."""

    id: str
    title: str
    company: str
    facts: tuple[tuple[str, str], ...]
    """What stands on the cover: (label, value)."""
    sections: tuple[PolicySection, ...]
    missing: tuple[str, ...] = ()
    """Values that nobody stated; as long as there are any, the text is a draft."""
