"""A secret that stands in the tree or its history, without its value: that is masked where it is read."""

from enum import StrEnum

from msgspec import Struct

from assay.model.place import Place


class Proof(StrEnum):
    """How it is known to be a secret, surest first."""

    CHECKSUM = "checksum"
    """Of a known format, and its checksum is right."""
    FORMAT = "format"
    """Of a known format, or of the shape that the service beside its name is known for."""
    ENTROPY = "entropy"
    """Named like a secret, and as random as one."""
    GUESSABLE = "guessable"
    """Signs or encrypts something, and can be guessed."""
    WEAK = "weak"
    """A suspicion: no secret alone, often published on purpose, or a word that may stand for something else."""


class Standing(StrEnum):
    """What the file is in which a secret stands."""

    PRODUCT = "product"
    DEVELOPMENT = "development"
    """By its name, for work on a developer's machine only."""
    EXAMPLE = "example"
    """Documentation, an example, a template to be filled in."""
    TEST = "test"


class Secret(Struct, frozen=True):
    """A value that should not stand in the tree."""

    kind: str
    """Its format: `github-token`, `private-key`, `keyed`."""
    title: str
    """The format as people say it."""
    name: str
    """The key, variable or attribute that holds it; empty when there is none."""
    place: Place
    masked: str
    """Length, and the first two characters of a long one."""
    mark: str
    """Tells one value from another without telling what it is."""
    proof: Proof
    standing: Standing
    is_fallback: bool = False
    """It stands in for a setting that is missing."""


class Search(Struct, frozen=True):
    """What was searched for secrets."""

    files: int = 0
    """Searched to their end."""
    size: int = 0
    """Bytes of them."""
    unread: int = 0
    """Could not be read."""
    passed_over: int = 0
    """Lock files and what a machine packed."""
    too_large: int = 0
    """Text files that are larger than what is searched."""


NOT_ASKED = "it was not asked for (assay scan --history)"


class Past(Struct, frozen=True):
    """A value that a reachable commit holds."""

    secret: Secret
    """As it stood last; the place is of that commit, not of the tree."""
    commit: str
    """The oldest reachable one that holds it."""
    is_in_tree: bool
    """Whether it still stands there."""


class History(Struct, frozen=True):
    """What was found in the history of the tree, and how much of it was searched."""

    secrets: tuple[Past, ...] = ()
    """By place, one for each value."""
    commits: int = 0
    """Reachable."""
    files: int = 0
    """Past contents that were searched, each once."""
    size: int = 0
    """Bytes of them."""
    unread: int = 0
    """Too large, or git does not have them."""
    passed_over: int = 0
    """Lock files and what a machine packed."""
    gap: str = NOT_ASKED
    """Why not every reachable commit was searched; "" if each was."""
