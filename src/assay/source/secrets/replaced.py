"""Keys of base settings that the settings of production replace: there they are never used.

`from .base import *`, and then `SECRET_KEY = os.environ["SECRET_KEY"]`: what stands in `base.py` is for development only.
"""

import re
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from assay.model.secret import Proof, Secret, Standing
from assay.source.secrets.standing import standing

SETTINGS = re.compile(
    r"(?i)(?:^|[/_.-])(?:settings?|configs?|conf|prod|production|deploy|docker|environments?)(?:[/_.-]|$)"
)
NAME = re.compile(r"[A-Z][A-Z0-9_]+")
DRAWN = frozenset({Proof.ENTROPY, Proof.GUESSABLE})


def without_replaced(
    secrets: Iterable[Secret], paths: Iterable[str], source_of: Callable[[str], bytes | None]
) -> list[Secret]:
    """The secrets, those for development that some other settings replace by what is no text."""
    found = list(secrets)
    if not any(map(_may_be_replaced, found)):
        return found
    others = [path for path in paths if _holds_settings(path)]
    sources = {path: source for path in others if (source := source_of(path)) is not None and b"import *" in source}
    return [
        replace(each, standing=Standing.DEVELOPMENT)
        if _may_be_replaced(each) and any(_replaces(each, path, source) for path, source in sources.items())
        else each
        for each in found
    ]


def _may_be_replaced(secret: Secret) -> bool:
    return (
        secret.place.path.endswith(".py")
        and secret.standing is Standing.PRODUCT
        and secret.proof in DRAWN
        and NAME.fullmatch(secret.name) is not None
    )


def _holds_settings(path: str) -> bool:
    return (
        path.endswith(".py")
        and SETTINGS.search(path.removesuffix(".py")) is not None
        and standing(path, is_test=False) is Standing.PRODUCT
    )


def _replaces(secret: Secret, path: str, source: bytes) -> bool:
    """Whether settings begin with those of the secret's file and then set its name to something that is no text."""
    if path == secret.place.path:
        return False
    parts = secret.place.path.removesuffix(".py").removesuffix("/__init__").split("/")
    begin = re.search(rb"(?m)^from[ \t]+[\w.]*?\b" + parts[-1].encode() + rb"[ \t]+import[ \t]+\*", source)
    if begin is None:
        return False
    return (
        re.search(rb"(?m)^[ \t]*" + secret.name.encode() + rb"[ \t]*=[ \t]*(?![\"'\s])", source[begin.end() :])
        is not None
    )
