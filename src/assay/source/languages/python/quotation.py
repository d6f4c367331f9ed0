r"""String literals as text: prefixes, quotes and escapes.

Source: https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals
"""

import re
import unicodedata

# rb'...', "...", """..."""
START = re.compile(r"([A-Za-z]{0,3})(\"{3}|'{3}|[\"'`])")
ESCAPE = re.compile(r"\\(\n|[0-7]{1,3}|x[0-9A-Fa-f]{2}|N\{[^{}\n]+\}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
UNICODE_ESCAPES = ("N", "u", "U")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
SINGLE = {
    "\n": "",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
REPLACEMENT = "\ufffd"


def unquoted(literal: str) -> str | None:
    """The value of a string literal; None for f-strings and t-strings, which may hold expressions."""
    start = START.match(literal)
    if start is None:
        return literal
    prefix, quote = start[1].lower(), start[2]
    if "f" in prefix or "t" in prefix:
        return None
    # The end may be missing in broken code.
    body = literal[start.end() :].removesuffix(quote)
    return body if "r" in prefix else unescaped(body, is_bytes="b" in prefix)


def unescaped(body: str, *, is_bytes: bool = False) -> str:
    """The text between the quotes with its escapes replaced.

    Unknown escapes stay as they are. Halves of surrogate pairs become U+FFFD, because UTF-8 cannot store them.
    """
    if "\\" not in body:
        return body

    def character(match: re.Match[str]) -> str:
        escape = match[1]
        single = SINGLE.get(escape)
        if single is not None:
            return single
        if is_bytes and escape[0] in UNICODE_ESCAPES:
            return match[0]
        return _character(escape) or match[0]

    return LONE_SURROGATE.sub(REPLACEMENT, ESCAPE.sub(character, body))


def _character(escape: str) -> str:
    """The character of an escape without its backslash; "" if it is none."""
    if escape[0] in "01234567":
        return chr(int(escape, 8))
    if len(escape) == 1:
        return ""
    if escape[0] == "N":
        try:
            return unicodedata.lookup(escape[2:-1])
        except KeyError:
            return ""
    number = int(escape[1:], 16)
    return chr(number) if number <= 0x10FFFF else REPLACEMENT
