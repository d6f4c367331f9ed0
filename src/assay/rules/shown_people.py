"""Personal data of accounts that an answer shows to everybody: the telephone number and the date of birth beside the name of a user."""

from collections.abc import Iterator

from assay.model.endpoint import Authorization, Endpoint, Schema
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.reach import Origin
from assay.model.verdict import Confidence, Severity, Verdict
from assay.rules.nature import nature
from assay.rules.ownership import asks_itself
from assay.rules.reaching import Bench
from assay.rules.words import vocabulary, words

PERSONS = vocabulary(
    "user account member customer client patient student employee person people profile author owner buyer seller subscriber guest"
)
"""Words of models that are about somebody."""
PLACES = vocabulary(
    "company business store shop restaurant hotel branch office clinic hospital school venue organization agency contact public event "
    "provider host site setting team department support"
)
"""Words of models of those who want to be reached."""
KINDS = {
    "a telephone number": vocabulary("phone phonenumber mobile telephone cellphone tel"),
    "an e-mail address": vocabulary("email mail"),
    "a date of birth": vocabulary("birth birthday birthdate dob birthdate"),
    "an address": vocabulary("address street zipcode postcode postal"),
    "a number of identity": vocabulary("ssn passport nationalid nin cnic aadhaar cpf"),
}
PRIVATE = frozenset({"a date of birth", "a number of identity"})
"""What nobody shows to strangers, whatever it stands beside."""
OTHER = vocabulary(
    "verified verify confirmed is has url image template notification type ip mac wallet subject web site count"
)
"""Words beside those in fields that hold something else."""
DEEP = 3
FIX = "Answer strangers with a model that holds what is meant for them, or ask who is calling."


class People:
    """Judges the open answers of one inventory."""

    def __init__(self, bench: Bench, inventory: Inventory) -> None:
        self.bench = bench
        self.closed = frozenset(endpoint.api for endpoint in inventory.endpoints if endpoint.auth)
        """APIs that ask somewhere who is calling; of the others it is said that they do not."""

    def shown(self, endpoint: Endpoint) -> Verdict | None:
        """The verdict on an open answer that shows people; None for every other."""
        if endpoint.response is None or not self.is_open(endpoint):
            return None
        found = dict.fromkeys(kind for model in persons(endpoint.response) for kind in kinds(model))
        is_sure = len(found) > 1 or bool(PRIVATE & set(found))
        if not is_sure:
            return None
        named = " and ".join(found)
        return self.bench.failure(
            endpoint,
            f"{endpoint.name} shows everybody {named} of people ({endpoint.response.name}).",
            (Severity.MEDIUM, Confidence.FIRM if len(found) > 1 else Confidence.TENTATIVE),
            place=endpoint.place,
            shown=(Step(f"The response model {endpoint.response.name} lists {named}.", endpoint.place),),
            fix=FIX,
        )

    def is_open(self, endpoint: Endpoint) -> bool:
        """Whether it is a read that answers strangers with what is not their own, in an API that knows its callers."""
        reach = endpoint.reach
        if endpoint.is_write or endpoint.authorization is not Authorization.PUBLIC or endpoint.api not in self.closed:
            return False
        if reach is None or asks_itself(reach) or any(decision.kind == "proof" for decision in reach.decisions):
            return False
        is_own = any(key.origin is Origin.PRINCIPAL for access in reach.accesses for key in access.keys)
        return bool(reach.accesses) and not is_own and nature(endpoint) is None


def persons(schema: Schema, depth: int = 0) -> Iterator[Schema]:
    """The models of an answer that are about people, with what belongs to them."""
    spoken = set(words(schema.name))
    if spoken & PLACES:
        return
    if spoken & PERSONS:
        yield schema
    for inner in schema.models if depth < DEEP else ():
        yield from persons(inner, depth + 1)


def kinds(model: Schema) -> Iterator[str]:
    """What a model shows of somebody."""
    for field in model.fields:
        spoken = set(words(field.name))
        if not spoken & OTHER:
            yield from (kind for kind, said in KINDS.items() if spoken & said)
