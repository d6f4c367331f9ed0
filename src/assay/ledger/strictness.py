"""Whether a run judged less strictly than another: what passes under weaker settings or an older tool shows no fix."""

import re
from collections.abc import Iterator

from assay.model.evidence import RunRecord

LOOSENING = ("exclude", "exemptions", "vocabulary.audit", "vocabulary.guards")
"""Settings of which every further word lets more pass, or leaves more out."""
TIGHTENING = ("vocabulary.not-guards",)
"""Settings of which every word that goes lets more pass."""
BOUNDS = ("apis", "sources")
"""Settings that narrow what is read; empty reads everything."""
NUMBER = re.compile(r"\d+")


def weaker(before: RunRecord, now: RunRecord) -> Iterator[str]:
    """What is weaker in a run than in the one before it; nothing, if it judges as strictly at least."""
    if version(now.version) < version(before.version):
        yield f"it was judged by {now.tool} {now.version}, and {before.version} had found it"
    old, new = dict(before.options), dict(now.options)
    for key in LOOSENING:
        if added := _words(new, key) - _words(old, key):
            yield f"the settings are weaker than when it failed: {key} has {', '.join(sorted(added))}"
    for key in TIGHTENING:
        if gone := _words(old, key) - _words(new, key):
            yield f"the settings are weaker than when it failed: {key} lacks {', '.join(sorted(gone))}"
    for key in BOUNDS:
        words = _words(new, key)
        if (words and not (had := _words(old, key)) <= words) or (words and not had):
            yield f"less was read than when it failed: {key} is {', '.join(sorted(words))}"


def version(text: str) -> tuple[int, ...]:
    """A version, to be compared."""
    return tuple(int(each) for each in NUMBER.findall(text.split("+", maxsplit=1)[0])[:3])


def _words(options: dict[str, str], key: str) -> set[str]:
    return {word for word in options.get(key, "").split(", ") if word}
