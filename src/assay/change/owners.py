"""Reads CODEOWNERS and says who owns the paths that matter most.

Source: docs.github.com, "About code owners"; docs.gitlab.com, "CODEOWNERS syntax".
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from assay.model.change import Owned, Ownership
from assay.model.place import Place

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""In the order in which forges look."""
SECTION = re.compile(r"^\^?\[[^\]]+\](?:\[\d+\])?[ \t]*(.*)$")
OWNER = re.compile(r"^(?:@[\w.-]+(?:/[\w./-]+)?|[^@\s]+@[^@\s]+)$")
SENSITIVE = frozenset(
    [
        "auth", "authn", "authz", "authentication", "authorization", "authorisation", "security", "permission",
        "permissions", "policies", "crypto", "cryptography", "oauth", "oidc", "saml", "sso",
        "login", "session", "sessions", "token", "tokens", "jwt", "identity", "middleware",
        "guard", "guards",
    ]
)  # fmt: skip
"""Words of a path whose content decides who may do what."""
PIPELINES = (".github/workflows/", ".github/actions/", ".gitlab-ci", ".gitlab/ci/")
CODE = frozenset([".cs", ".fs", ".py", ".ts", ".js", ".java", ".kt", ".go", ".rb", ".rs", ".php", ".scala"])
TESTS = frozenset(
    ["test", "tests", "spec", "specs", "fixtures", "testdata", "example", "examples",
     "docs", "doc", "node_modules", "vendor"]
)  # fmt: skip
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
MOST = 1000
DEEPEST = 50
"""Folders in a pattern."""


def ownership(text: str, path: str, shown: str, files: Sequence[str]) -> Ownership:
    """What an ownership file says, and who owns the security-relevant ones among the files of the repository."""
    lines = tuple(_lines(text, shown))
    named = [(_matcher(line.pattern), line) for line in lines]
    covered = []
    for name in relevant(files, path):
        owners: tuple[str, ...] = ()
        for matcher, line in named:
            if matcher(name):
                owners = line.owners
        covered.append((name, owners))
    return Ownership(shown, lines, tuple(covered))


def relevant(files: Iterable[str], own: str = "") -> tuple[str, ...]:
    """The files that need an owner most: pipelines, the ownership file itself, code of authentication and authorization; sorted."""
    found = sorted(name for name in files if name == own or name.startswith(PIPELINES) or _is_sensitive(name))
    return tuple(found[:MOST])


def _is_sensitive(name: str) -> bool:
    path = PurePosixPath(name)
    if path.suffix not in CODE or any(part.lower() in TESTS for part in path.parts[:-1]):
        return False
    words = {word.lower() for part in (*path.parts[:-1], path.stem) for word in WORD.findall(part)}
    return bool(words & SENSITIVE) and not words & {"test", "tests", "spec"}


def _lines(text: str, path: str) -> Iterator[Owned]:
    default: tuple[str, ...] = ()
    for number, raw in enumerate(text.splitlines(), start=1):
        row = raw.split(" #")[0].strip()
        if not row or row.startswith("#"):
            continue
        section = SECTION.match(row)
        if section:
            default = _owners(section[1].split())
            continue
        pattern, *rest = row.replace("\\ ", "\0").split()
        owners = _owners(rest)
        yield Owned(pattern.replace("\0", " "), owners or default, Place(path, number))


def _owners(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word in words if OWNER.match(word))


def _matcher(pattern: str) -> Callable[[str], bool]:
    """What a pattern matches, as git ignores files: anchored with a slash inside, folders with all below them."""
    body = pattern.strip("/").replace("[", "[[]")
    parts = tuple(body.split("/"))
    if len(parts) > DEEPEST:
        return lambda _: False
    if not (pattern.startswith("/") or len(parts) > 1):
        parts = ("**", *parts)
    # `docs/*` means the files right in it; every other pattern takes a folder whole.
    is_exact, is_folder = body.endswith("/*"), pattern.endswith("/")
    return lambda path: _covers(parts, tuple(path.split("/")), is_exact=is_exact, is_folder=is_folder)


def _covers(parts: tuple[str, ...], path: tuple[str, ...], *, is_exact: bool, is_folder: bool) -> bool:
    """Whether the parts match a beginning of the path that may stand for all of it."""
    reached = {0}
    for part in parts:
        if part == "**":
            reached = set(range(min(reached, default=len(path)), len(path)))
        else:
            reached = {each + 1 for each in reached if each < len(path) and fnmatchcase(path[each], part)}
    if parts[-1] == "**":
        return bool(reached)
    return any((each == len(path) and not is_folder) or (each < len(path) and not is_exact) for each in reached)
