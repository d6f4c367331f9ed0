"""Knows what belongs to several people, as its members, and what is only a part of something that somebody has."""

import re
from collections.abc import Mapping

from assay.model.entity import Entity
from assay.rules.words import vocabulary, words

MEMBERS = vocabulary("user member participant collaborator")
"""Words of collections of those whose an object is; who likes or follows it stands in others."""
KEYS = vocabulary("id pk uuid guid user member account username email")
"""Words of what tells which member is meant."""
NAME = re.compile(r"\w+")


def is_of_members(entity: Entity, path: str) -> bool:
    """Whether a path leads to one of those who share an object: `Users.Id` of a cart, `Members.UserId` of a team."""
    first, _, rest = path.partition(".")
    is_collection = any(field.name == first and "[" in field.type for field in entity.fields)
    return is_collection and bool(rest) and bool(set(words(first)) & MEMBERS) and set(words(rest)) <= KEYS


def parts(
    tied: set[tuple[str, str]], names: Mapping[str, set[str]], known: Mapping[str, Entity]
) -> set[tuple[str, str]]:
    """The objects without an owner of their own that are a part of what somebody has, by name and by field: the items of a cart."""
    return {
        (api, name)
        for api, found in names.items()
        for name in found
        if (entity := known.get(name)) is not None and not entity.owners
        for field in entity.fields
        for whole in NAME.findall(field.type)
        if "[" not in field.type and (api, whole) in tied and set(words(whole)) < set(words(name))
    }
