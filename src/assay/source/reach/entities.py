"""Stored types as nouns: which fields tie an object to somebody, which must not go out, which give rights."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assay.model.endpoint import Attribute
from assay.model.entity import PRIVILEGE, Entity, is_secret
from assay.source.evaluate.values import ClassValue
from assay.source.reach import accounts
from assay.source.reach.accounts import ACCOUNTS, FEW, PERSONS
from assay.source.reach.belonging import belonging
from assay.source.reach.django_accounts import is_user_model
from assay.source.reach.serialized import inherited
from assay.source.reach.stored import Stored
from assay.source.vocabulary import parts_of

OWNING = frozenset(
    """
    owner user author creator creators created createdby customer account member tenant organization organisation company workspace team
    assignee recipient sender requester requested buyer seller patient employee student profile group
    """.split()
)
"""Words of fields that tie an object to somebody."""
VAGUE = frozenset({"profile", "group"})
"""Of those, what things have, too."""
KIND = ("account", "type")
"""Words of a field that gives rights to who signs in with an account, and none to who has one at a bank."""
STAMP = "SecurityStamp"
"""What every account of ASP.NET Core Identity inherits, whatever a project calls it."""
NO_OWNERS = re.compile(
    r"(count|name|email|agent|_at|date|time|number|text|type|status|url|password|role|is_|has_|num_)", re.IGNORECASE
)


def entity_of(stored: Stored, cls: ClassValue) -> Entity:
    """The noun of a stored type."""
    fields = stored.fields(cls)
    names = [name for name, _ in fields]
    secrets = inherited(stored, cls)
    is_account = is_user_model(stored.run, cls) or accounts.is_account(cls.name, names) or STAMP in secrets
    belongs = () if is_account else belonging(stored, cls)
    pointing = {name for field in belongs for name in (field, f"{field}Id", f"Id{field}")}
    return Entity(
        cls.name,
        cls.place,
        tuple(Attribute(name, text) for name, text in fields),
        tuple(name for name, text in fields if ties(name, text) or name in pointing),
        (*(name for name in names if is_secret(name)), *secrets),
        tuple(name for name in names if PRIVILEGE.match(name) and (is_account or parts_of(name) != KIND)),
        is_account,
        belongs=belongs,
    )


def is_of_things(parts: Sequence[str]) -> bool:
    """Whether a field is about a profile or group of things: `quality_profile_id`, `release_group`."""
    held = [place for place, part in enumerate(parts) if part in OWNING]
    return all(parts[place] in VAGUE and place and parts[place - 1] not in OWNING for place in held)


def ties(name: str, text: str) -> bool:
    """Whether a field ties an object to a user, account or tenant: a reference to one, or an id named so."""
    parts = parts_of(name)
    said = set(parts)
    if (
        not (said & OWNING)
        or is_of_things(parts)
        or NO_OWNERS.search(name.replace("created_by", "").replace("CreatedBy", ""))
    ):
        pointed = set(parts_of(text.rpartition(" ")[2].rpartition(".")[2].strip("?[]")))
        return bool(pointed & (ACCOUNTS | PERSONS)) and len(pointed) <= FEW and " " in text
    if "created" in said or "requested" in said:
        return "by" in said or "user" in said or "id" in said
    return True
