"""Knows which stored objects are one person's by what their fields are declared as, though the API never ties them to a caller."""

from assay.model.entity import Entity
from assay.rules.words import vocabulary, words

HOLDERS = vocabulary(
    "user owner customer client buyer patient holder cardholder member account author creator seller passenger guest student employee "
    "borrower tenant payer sender subscriber profile person poster uploader reporter applicant candidate "
    "usuario cliente paciente proprietario"
)
"""Words of fields that say whose an object is, and not who only had to do with it."""
SHARING = vocabulary(
    "created updated modified edited deleted changed last approved reviewed assigned assignee verified closed by manager"
)
"""Words of fields that say who had to do with an object: in a team anybody may."""
PRIVATE = vocabulary(
    "cart basket order purchase checkout payment invoice bill billing address wallet card transaction transfer deposit withdrawal "
    "refund resume cv curriculum booking reservation appointment prescription diagnosis medical health patient message chat "
    "conversation notification "
    "subscription ticket loan expense income budget salary payslip wishlist favorite bookmark history passport document "
    "pedido compra endereco pagamento"
)
"""Words of things that only their owner and staff are meant to see."""
RECORDS = vocabulary("prescription diagnosis patient payslip salary passport resume cv curriculum")
"""Words of things that no API shows to everybody on purpose: a route that does is a hole in it."""
SENSITIVE = vocabulary("balance iban ssn salary diagnosis passport cvv saldo bakiye maas")
"""Words of fields that a list for everybody is not meant to show: that there is one makes the objects no less private."""
CUSTOMERS = vocabulary("customer patient client buyer guest payer passenger cliente")
"""Words of accounts that do not see each other."""


def holder(entity: Entity | None) -> str:
    """The field that says whose such objects are, by what it is declared as: `user`, `cart.user` of an item of one; "" when none does."""
    if entity is None or entity.is_account:
        return ""
    return next((field for field in entity.belongs if is_holder(entity, field)), "")


def is_holder(entity: Entity, field: str) -> bool:
    """Whether a field names a holder; through something else only where the object is a part of it, or it is a person."""
    through, _, last = field.rpartition(".")
    spoken = set(words(last))
    if not spoken & HOLDERS or spoken & SHARING:
        return False
    declared = next((each.type for each in entity.fields if each.name == through), "")
    parent = {*words(through), *words(declared)}
    return not through or bool(parent & (PRIVATE | HOLDERS)) or set(words(through)) <= set(words(entity.name))


def is_sensitive(entity: Entity | None) -> bool:
    """Whether nobody shows such objects to whoever has a login: what holds money, customers who sign in."""
    if entity is None:
        return False
    is_customer = entity.is_account and bool(set(words(entity.name)) & CUSTOMERS)
    return is_customer or any(set(words(field.name)) & SENSITIVE for field in entity.fields)


def is_private(name: str) -> bool:
    """Whether things of a name are only their owner's to see."""
    return bool(set(words(name)) & PRIVATE)


def is_of_records(name: str) -> bool:
    """Whether things of a name are the papers of a person."""
    return bool(set(words(name)) & RECORDS)
