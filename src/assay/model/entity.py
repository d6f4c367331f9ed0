"""A type of which objects are stored."""

from dataclasses import dataclass

from assay.model.endpoint import Attribute
from assay.model.place import Place


@dataclass(frozen=True, slots=True)
class Entity:
    """A type that is stored."""

    name: str
    place: Place | None
    fields: tuple[Attribute, ...] = ()
    owners: tuple[str, ...] = ()
    """Fields that tie an object to a user, account or tenant."""
    secrets: tuple[str, ...] = ()
    """Fields that must not go out: password hashes, tokens, keys."""
    privileges: tuple[str, ...] = ()
    """Fields that give rights: roles, flags of administrators, balances, verification marks."""
    is_account: bool = False
    """Whether it is the user itself."""
    filter: str = ""
    """A global filter that ties every read to the principal or tenant, in words."""
