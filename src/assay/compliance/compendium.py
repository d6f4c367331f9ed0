"""All that weighing knows: catalogs, weaknesses, and what each weakness demands before its absence counts."""

from collections.abc import Collection

from msgspec import Struct

from assay.model.catalog import Catalog
from assay.model.weakness import Weakness


class Proof(Struct, frozen=True):
    """One thing that must have been executed."""

    mode: str
    """static, live, repo, ledger, attest."""
    what: str
    """Completes `not executed: ...`."""
    by: tuple[str, ...]
    """Ids of the rules that are this proof together; empty: nothing in this version is."""

    def is_met(self, rules: Collection[str]) -> bool:
        """Whether the executed rules are this proof."""
        return bool(self.by) and all(rule in rules for rule in self.by)


class Demands(Struct, frozen=True):
    """What a weakness demands, and the words for how often it was found."""

    weakness: str
    one: str
    """After `1`: `endpoint answers without authentication`."""
    many: str
    """After `3`: `endpoints answer without authentication`."""
    proofs: tuple[Proof, ...]
    """All of them; `clean_when` of the mapping in a form that a run can be held against."""
    is_hygiene: bool = False
    """Whether the score counts it to the family that is capped."""

    @property
    def counts_endpoints(self) -> bool:
        """Whether two faults of one endpoint count once: the sentence says `endpoint`."""
        return self.one.startswith("endpoint ")

    def sentence(self, count: int) -> str:
        """How often it was found, as a clause."""
        return f"{count} {self.one if count == 1 else self.many}"

    def unmet(self, rules: Collection[str]) -> tuple[Proof, ...]:
        """The proofs that the executed rules do not give, in order."""
        return tuple(proof for proof in self.proofs if not proof.is_met(rules))


class Compendium(Struct, frozen=True):
    """Everything, by id: every weakness has its demands, and every link ends at a control."""

    catalogs: tuple[Catalog, ...]
    weaknesses: tuple[Weakness, ...]
    """In the order of the mapping, which goes by subject."""
    demands: tuple[Demands, ...]
    """In the order of `weaknesses`."""

    def demanded(self) -> dict[str, Demands]:
        """The demands by weakness."""
        return {demands.weakness: demands for demands in self.demands}
