"""Texts of which a pattern leaves nothing but letters, digits, `_` and `-`: `re.sub(r"[^a-z0-9_]+", "", name)`."""

from __future__ import annotations

import re

from assay.source.evaluate.values import Made, text
from assay.source.mentions import dotted

PLAIN = r"(?:\\w|\\d|a-z|A-Z|0-9|[A-Za-z0-9_]|\\?-)"
LEAVING = re.compile(rf"(?:\\W|\[\^{PLAIN}+\])[+*]?")
"""A pattern that finds everything else."""
REPLACED = re.compile(r"[\w-]*")
PYTHON, CSHARP = "re.sub", "Regex.Replace"
PARSING = frozenset({"Parse", "TryParse", "ParseList", "TryParseList"})
OF_TEXT = re.compile(
    r"(HeaderValue|Uri|Url|JObject|JArray|JToken|JsonDocument|JsonNode|XDocument|XElement|MailAddress|Query|StringValues|Path)$"
)
"""Types whose objects keep the text that they were read from."""


def keeps_text(made: Made) -> bool:
    """Whether what was parsed still holds the text: `ContentDispositionHeaderValue.TryParse(sent, out var disposition)`."""
    return made.name in PARSING and OF_TEXT.search(dotted(made.callee).rpartition(".")[0]) is not None


def stripped(made: Made) -> str:
    """Why what a call leaves of a text can do no harm; "" when it can."""
    if made.name not in {"sub", "Replace"}:
        return ""
    called, compiled = dotted(made.callee), made.receiver
    if called == PYTHON:
        pattern, new = made.argument(0, "pattern"), made.argument(1, "repl")
    elif called.endswith(CSHARP):
        pattern, new = made.argument(1, "pattern"), made.argument(2, "replacement")
    elif isinstance(compiled, Made) and dotted(compiled.callee) == "re.compile":
        pattern, new = compiled.argument(0, "pattern"), made.argument(0, "repl")
    else:
        return ""
    found, put = text(pattern), text(new)
    is_plain = found is not None and put is not None and LEAVING.fullmatch(found) and REPLACED.fullmatch(put)
    return f"{made.name}() leaves letters and digits of it" if is_plain else ""
