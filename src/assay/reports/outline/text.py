"""Makes text harmless: what a project's author wrote may hold control characters, halves of surrogates or direction marks."""

import json
import re
from json.encoder import encode_basestring_ascii as quoted

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# C0 and C1 controls without tab and newline, surrogates, line and paragraph separators, direction marks (CVE-2021-42574),
# invisible joiners that part a word from its look, and the two noncharacters that XML 1.0 bars.
HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)
HASH = re.compile(r"^([0-9a-f]{12})[0-9a-f]+")
SPACE = re.compile(r"\s+")


def block(text: str) -> str:
    """The text with its lines and tabs, and a replacement mark for every harmful character."""
    return HARMFUL.sub(REPLACEMENT, text.replace("\r\n", "\n"))


def line(text: str) -> str:
    """The text on one line, harmless."""
    return SPACE.sub(" ", block(text)).strip()


def dumps(value: object) -> str:
    """JSON with sorted keys, in ASCII (so that it reads the same in every encoding), ending with a newline."""
    return _indented(value, "\n") + "\n"


def _indented(value: object, line_start: str) -> str:
    """As `json.dumps(value, indent=2, sort_keys=True)`, which is written in Python when it indents, in a third of the time."""
    if isinstance(value, str):
        return quoted(value)
    inner = f"{line_start}  "
    if isinstance(value, dict) and value:
        members = (f"{quoted(key)}: {_indented(value[key], inner)}" for key in sorted(value))
        return f"{{{inner}{f',{inner}'.join(members)}{line_start}}}"
    if isinstance(value, (list, tuple)) and value:
        return f"[{inner}{f',{inner}'.join([_indented(each, inner) for each in value])}{line_start}]"
    return json.dumps(value, allow_nan=False)


def counted(count: int, noun: str, plural: str = "") -> str:
    """`1 endpoint`, `3 endpoints`."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def commit(name: str) -> str:
    """A commit as people quote it: twelve digits, and what is said of changes."""
    return HASH.sub(r"\1", line(name))


def percent(share: float) -> str:
    """A share as people read it: never rounded up to a hundred, or down to nothing."""
    value = share * 100
    if 99 < value < 100 or 0 < value < 1:
        return f"{min(max(value, 0.1), 99.9):.1f} %"
    return f"{value:.0f} %"


def decimal(value: float) -> str:
    """A figure of the score: one decimal, without a trailing zero."""
    return f"{value:.1f}".removesuffix(".0")
