"""Takes catalogs by the names that people use, and only the criteria of them that a team answers for."""

from collections.abc import Collection, Iterable, Sequence

from msgspec.structs import replace

from assay.errors import UsageError
from assay.model.catalog import Catalog, Control

DEFAULT = ("soc2",)
"""Used when no catalog is named."""
ALL = "all"
ALWAYS = "security"
"""The criterion that may be named but is never left out."""


def selection(
    catalogs: Iterable[Catalog], names: Sequence[str] = (), criteria: Sequence[str] = ()
) -> tuple[Catalog, ...]:
    """The named catalogs in the order of their names, each with the controls of the chosen criteria.

    A name is an id or its beginning up to a dash (`pci`), or `all`; names and criteria may themselves be lists with commas.
    A catalog with optional criteria keeps its mandatory ones and those that are named. Raises `UsageError` listing the known.
    """
    known = {catalog.id: catalog for catalog in catalogs}
    asked = _words(names) or DEFAULT
    chosen = dict.fromkeys(found for word in asked for found in _ids(word, known))
    wanted = _criteria(_words(criteria), [known[name] for name in chosen])
    return tuple(_narrowed(known[name], wanted) for name in chosen)


def short(catalog: Catalog) -> str:
    """The name that people use on a command line: `pci` for `pci-dss-4.0.1`."""
    return catalog.id.partition("-")[0]


def _words(given: Sequence[str]) -> tuple[str, ...]:
    parts = (part.strip().lower().replace("_", "-") for text in given for part in text.split(","))
    return tuple(part for part in parts if part)


def _ids(word: str, known: dict[str, Catalog]) -> list[str]:
    if word == ALL:
        return sorted(known)
    if word in known:
        return [word]
    found = [name for name in sorted(known) if name.startswith(f"{word}-")]
    if len(found) == 1:
        return found
    if found:
        raise UsageError(f"--framework: {word!r} may be {' or '.join(found)}; write one of them in full.")
    choices = ", ".join([*sorted(short(catalog) for catalog in known.values()), ALL])
    raise UsageError(f"--framework: {word!r} is not known; choose from {choices}.")


def _criteria(wanted: tuple[str, ...], chosen: list[Catalog]) -> Collection[str]:
    offered = sorted({name for catalog in chosen for name, _ in catalog.optional})
    if wanted and not offered:
        names = ", ".join(short(catalog) for catalog in chosen)
        raise UsageError(f"--criteria: {names} has no optional criteria; leave it out, or add soc2 to --framework.")
    for word in wanted:
        if word not in (ALWAYS, ALL, *offered):
            choices = ", ".join([ALWAYS, *offered, ALL])
            raise UsageError(f"--criteria: {word!r} is not known; choose from {choices}.")
    return offered if ALL in wanted else wanted


def _narrowed(catalog: Catalog, criteria: Collection[str]) -> Catalog:
    if not catalog.optional:
        return catalog
    kept = {
        *catalog.mandatory,
        *(prefix for name, prefixes in catalog.optional if name in criteria for prefix in prefixes),
    }
    return replace(catalog, controls=tuple(control for control in catalog.controls if _prefix(control) in kept))


def _prefix(control: Control) -> str:
    return control.category.split(" ", 1)[0]
