"""Knows which files of a tree may be contracts: by their name, and by how they begin."""

import re

ENDINGS = (".json", ".yaml", ".yml")
NAMED = re.compile(r"(?:^|[._-])(?:openapi|swagger|api-docs?|apidocs?)(?:[._-]|$)", re.IGNORECASE)
"""In the name of a file: `openapi.yaml`, `swagger.v2.json`, `shop.openapi.yml`, `api-docs.json`."""
START = re.compile(
    rb"""^[ \t]*(?:"(?:openapi|swagger)"|'(?:openapi|swagger)'|(?:openapi|swagger))[ \t]*:[ \t]*["']?[123]\.""",
    re.MULTILINE,
)
COMPACT = re.compile(rb'^\s*\{\s*(?:"[^"]*"\s*:\s*(?:"[^"]*"|\{[^{}]*\})\s*,\s*)*"(?:openapi|swagger)"\s*:\s*"[123]\.')
"""A document on one line, where the version may stand behind a few other texts."""
HEAD = 4096
"""Bytes in which the version is looked for, but in a file whose name says what it is."""
LIMIT = 30_000_000
"""Bytes beyond which a document is not read; the largest public ones have 10 to 20 MB."""
FOREIGN = ("node_modules", ".git", "vendor", "third_party")


def may_be_contract(path: str) -> bool:
    """Whether a file may be one, by its ending and its folders."""
    folders = path.split("/")[:-1]
    return path.lower().endswith(ENDINGS) and not any(folder in FOREIGN for folder in folders)


def is_named_so(path: str) -> bool:
    """Whether a file's name says that it is one, so that the whole of it is worth looking at."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    return NAMED.search(stem) is not None


def is_contract(head: bytes) -> bool:
    """Whether a text says, at the left or in the first table, which version of OpenAPI it is written in."""
    return START.search(head) is not None or COMPACT.match(head) is not None
