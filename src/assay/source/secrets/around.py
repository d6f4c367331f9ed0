"""What a value is by what stands around it in its file: a list of examples, a docstring, a class of settings, a test of the file itself."""

import re

from assay.model.secret import Standing

LISTED = 3_000
"""Bytes before a value in which a list of examples may begin."""
EXAMPLE_LIST = re.compile(
    rb"(?im)^([ \t]*)[\"']?(?:examples?|samples?|test_?cases?)[\"']?[ \t]*[:=][ \t]*[\[{|>(]?[ \t]*\r?\n"
)
EXAMPLE_LINE = re.compile(rb"(?i)\b(?:examples?|samples?|placeholder)[\"']?[ \t]*[:=]")
ROW, FENCE = re.compile(rb"[ \t]*\| "), re.compile(rb"(?m)^[ \t]*(?:\*[ \t]*)?```")
"""A row of a table, and what begins and ends a listing, in texts that are documentation inside something else."""
OF_TESTS = re.compile(rb"(?m)^\[[^\]\n]*\b(?:pytest|tox|testenv|coverage)\b[^\]\n]*\][^\[]*\Z")
"""The section of a file of settings that tests are run with, up to a value."""
QUOTES = re.compile(rb"\"\"\"|'''")
STARTED = re.compile(rb"(?:\A|:|^[ \t]*#[^\n]*)\s*[rRuU]?\Z", re.MULTILINE)
"""What stands before a docstring: the beginning of the file, or the head of a class or function."""
INTRODUCED = re.compile(
    rb"(?i)\A(?:#![^\n]*\n|#[^\n]*coding[^\n]*\n|\s)*(?:#|//|/\*+|[rRuU]?\"\"\"|''')[\s*]*"
    rb"(?:(?:this (?:file |script )?is )?an example|example (?:script|client|usage|program|of|for|how|on|showing))\b"
)
"""How a file begins that says that it shows something."""
CLASS = re.compile(rb"(?m)^([ \t]*)class[ \t]+(\w+)[^\n]*\n")
FOR_TESTS = re.compile(rb"(?:^|_)(?:Test|Testing|TEST|TESTING)(?=[A-Z_]|$)|(?:Test|Testing)(?:Config|Settings?)$")
FOR_DEVELOPMENT = re.compile(
    rb"(?:^|_)(?:Dev|Devel|Development|Local|Debug)(?=[A-Z_]|$)|(?:Dev|Development|Local)(?:Config|Settings?)?$"
)
"""What the name of a class says that its settings are for."""
PRODUCTION = re.compile(rb"(?mi)^[ \t]*class[ \t]+\w*prod(?:uction)?\w*")
"""A class of settings beside it, for where it counts."""
SETTINGS = re.compile(rb"(?i)conf|setting|environment|^(?:dev|development|test|testing|local)$")
WORD = re.compile(r"\d?[a-z_. -]*(?:password|secret|token|key|credential)[a-z_. -]*\d?")
ENUM = re.compile(rb"\([^)\n]*(?:Enum|Choices)\b")
ITSELF = re.compile(rb"(?m)^if __name__ *== *[\"']__main__[\"'] *:")
"""Below it stands what runs only when somebody starts the file."""
ASSIGNED = re.compile(rb"(?m)^[ \t]*(\w+)[ \t]*(?::[^=\n]*)?=[ \t]*[rbu]?[\"']\Z")
REFUSES = rb"\b(?:raise|sys\.exit|exit)\b"
LINE = 200
PROVES = re.compile(rb"(?m)^[ \t]+assert\b")


def around(where: Standing, source: bytes, at: int, ending: str) -> Standing:
    """What a value is in a file that is of the product; what the file is, else."""
    if where is not Standing.PRODUCT:
        return where
    if OF_TESTS.search(source, max(0, at - LISTED), at):
        return Standing.TEST
    if _is_exemplary(source, at) or INTRODUCED.match(source):
        return Standing.EXAMPLE
    return _in_python(source, at) if ending == ".py" else where


def _in_python(source: bytes, at: int) -> Standing:
    if _is_documentation(source, at):
        return Standing.EXAMPLE
    start = ITSELF.search(source, 0, at)
    if start and PROVES.search(source, start.end()):
        return Standing.TEST
    if _is_refused(source, at):
        return Standing.DEVELOPMENT
    name = holder(source, at)[0]
    if not SETTINGS.search(name):
        return Standing.PRODUCT
    if FOR_TESTS.search(name):
        return Standing.TEST
    is_aside = FOR_DEVELOPMENT.search(name) is not None and PRODUCTION.search(source) is not None
    return Standing.DEVELOPMENT if is_aside else Standing.PRODUCT


def is_member(source: bytes, at: int, value: str) -> bool:
    """Whether a value is the text of a member of an enumeration of Python, that says what it is: `onepassword = "1password"`."""
    return WORD.fullmatch(value) is not None and ENUM.search(holder(source, at)[1]) is not None


def holder(source: bytes, at: int) -> tuple[bytes, bytes]:
    """(name, head) of the class in whose body a value of Python stands; empty for none."""
    line = source.rfind(b"\n", 0, at) + 1
    depth = _depth(source[line:at])
    for found in reversed(list(CLASS.finditer(source, max(0, at - LISTED), line))):
        inside = source[found.end() : line].split(b"\n")
        if len(found[1]) < depth and all(_depth(each) > len(found[1]) for each in inside if each.strip()):
            return found[2], found[0]
    return b"", b""


def _is_refused(source: bytes, at: int) -> bool:
    """Whether settings do not start with it: `if not DEBUG and SECRET_KEY == DEFAULT_KEY: raise ImproperlyConfigured(...)`."""
    begun = ASSIGNED.search(source, max(0, at - LINE), at)
    if begun is None:
        return False
    name = begun.group(1)
    test = rb"(?m)^[ \t]*(?:el)?if\b[^\n]*(?:==|\bis|\bin)[ \t]*" + name + rb"\b[^\n]*:[ \t]*\n[^\n]*"
    return re.compile(test + REFUSES).search(source, at) is not None


def _is_documentation(source: bytes, at: int) -> bool:
    """Whether a value stands in a docstring."""
    opened: re.Match[bytes] | None = None
    for quotes in QUOTES.finditer(source, 0, at):
        if opened is None:
            opened = quotes
        elif opened[0] == quotes[0]:
            opened = None
    return opened is not None and STARTED.search(source, max(0, opened.start() - 200), opened.start()) is not None


def _is_exemplary(source: bytes, at: int) -> bool:
    """Whether a value stands in a list of examples, as formats of descriptions have them."""
    before = source[max(0, at - LISTED) : at]
    line = before.rpartition(b"\n")[2]
    if EXAMPLE_LINE.search(line) or ROW.match(line) or len(FENCE.findall(before)) % 2:
        return True
    lists = list(EXAMPLE_LIST.finditer(before))
    if not lists:
        return False
    depth, below = len(lists[-1][1]), before[lists[-1].end() :].split(b"\n")
    return all(_depth(line) > depth or line.lstrip().startswith(b"-") for line in below if line.strip())


def _depth(line: bytes) -> int:
    return len(line) - len(line.lstrip())
