"""Asks the contract room for the documents of a tree: those that are named, else those that are found."""

import importlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from msgspec import Struct

from assay.assessment.rooms import Progress, Reading, Wish
from assay.contract.find import HEAD, LIMIT, is_contract, is_named_so, may_be_contract
from assay.errors import ConfigurationError
from assay.model.contract import Contract
from assay.model.place import Skipped
from assay.model.program import Inventory
from assay.source.files import discover, read

MOST = 200
"""Documents of one tree; more are somebody's collection, and those after the first are said and left out."""


class Documents(Struct, frozen=True):
    """The contracts of a tree, by path, and what was not read."""

    contracts: tuple[Contract, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def documents(root: Path, wish: Wish, exclude: tuple[str, ...] = ()) -> Documents:
    """The contracts that the settings name, else those that stand in the tree.

    Raises `ConfigurationError` for a named file that is not there: its owner wants to know.
    """
    if wish.settings.contract:
        names = tuple(dict.fromkeys(wish.settings.contract))
        return Documents(
            tuple(_named(root, name) for name in names if not is_address(name)),
            tuple(
                Skipped(name, "a live scan fetches it, a code scan does not", "left-out")
                for name in names
                if is_address(name)
            ),
        )
    paths = list(_found(root, (*wish.settings.exclude, *wish.exclude, *exclude)))
    found = [_read(root, path) for path in paths[:MOST]]
    left = tuple(Skipped(path, f"more than {MOST} contract documents", "left-out") for path in paths[MOST:])
    return Documents(
        tuple(each for each in found if isinstance(each, Contract) and _is_one(each)),
        (*(each for each in found if isinstance(each, Skipped)), *left),
    )


def there(root: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the named documents that a tree has: an older revision may not have them yet."""
    return tuple(name for name in names if is_address(name) or (root / name).is_file())


def is_address(name: str) -> bool:
    """Whether a contract is named by an address, so that nothing on this machine holds it."""
    return name.lower().startswith(("http://", "https://"))


def only_contracts(root: Path, wish: Wish, progress: Progress) -> Reading:
    """What is read where no code is: the contracts that are named."""
    named = documents(root, wish) if wish.settings.contract else Documents()
    return Reading(Inventory(contracts=named.contracts, skipped=named.skipped))


def _named(root: Path, name: str) -> Contract:
    """A document that its owner names, by a path from the folder that is scanned or from anywhere."""
    path = root / name
    try:
        if not path.is_file():
            message = (
                f"contract: there is no file {name!r}. Mend: name an OpenAPI document relative to what is scanned."
            )
            raise ConfigurationError(message)
        source = path.read_bytes() if path.stat().st_size <= LIMIT else bytes(LIMIT + 1)
    except OSError as error:
        message = f"contract: {name!r} cannot be read: {error.strerror}. Mend: correct its path or permissions."
        raise ConfigurationError(message) from error
    shown = _shown(root, path)
    beside = partial(_beside, root) if root.joinpath(shown).is_file() else None
    return _contract(source, shown, beside, is_named=True)


def _shown(root: Path, path: Path) -> str:
    """The path from the scanned folder; of a file outside of it the name alone, since no report shows paths of this machine."""
    whole = path.resolve()
    base = root.resolve()
    return whole.relative_to(base).as_posix() if whole.is_relative_to(base) else whole.name


def _found(root: Path, exclude: tuple[str, ...]) -> Iterator[str]:
    for entry in discover(root, exclude=exclude, limit=LIMIT).files:
        if not may_be_contract(entry.path):
            continue
        limit = LIMIT if is_named_so(entry.path) else HEAD
        if is_contract(_head(root / entry.path, limit)):
            yield entry.path


def _is_one(found: Contract) -> bool:
    """Whether it is a contract after all: one that says its version, or that is too broken to say anything."""
    return bool(found.standard) or any(fault.is_fatal for fault in found.faults)


def _beside(root: Path, path: str) -> bytes | None:
    """A file of the tree that a contract refers to; no link is followed, and nothing outside is opened."""
    if not (root / path).resolve().is_relative_to(root.resolve()):
        return None
    source = read(root, path, LIMIT)
    return None if isinstance(source, Skipped) else source


def _head(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(limit)
    except OSError:
        return b""


def _read(root: Path, path: str) -> Contract | Skipped:
    source = read(root, path, LIMIT)
    return source if isinstance(source, Skipped) else _contract(source, path, partial(_beside, root))


def _contract(
    source: bytes, path: str, beside: Callable[[str], bytes | None] | None, *, is_named: bool = False
) -> Contract:
    """A document. What reads it is loaded only now: most trees hold none."""
    known = {"beside": beside} if beside is not None else {}
    found: Contract = importlib.import_module("assay.contract.read").contract(source, path, is_named=is_named, **known)
    return found
