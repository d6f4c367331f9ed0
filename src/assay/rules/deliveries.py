"""Makes verdicts about how changes get to production, of a tree whose delivery was looked at."""

from collections.abc import Iterator

from msgspec import Struct

from assay.model.change import Delivery
from assay.model.place import Place, Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Subject, Verdict

WHOLE = "."
"""The tree, as what these verdicts are about: they belong to no API."""
KIND = "change"
GITHUB, GITLAB, FORGE = "github", "gitlab", "forge"
"""What fences of pages name: files of a repository by whose CI reads them, and what a forge tells of changes."""
SHOWN = 15
UNASKED = "no token was given, so the forge was not asked"


class DeliverySheet(Struct, frozen=True):
    """Where one rule writes its verdicts."""

    rule: str
    weakness: str

    def verdict(
        self, symbol: str, outcome: Outcome, message: str, place: Place | None = None, *, framework: str = ""
    ) -> Verdict:
        """A verdict that is no failure."""
        subject = Subject(WHOLE, KIND, symbol=symbol)
        return Verdict(self.rule, self.weakness, subject, outcome, message, place=place, framework=framework)

    def failure(
        self,
        symbol: str,
        message: str,
        weight: tuple[Severity, Confidence],
        *,
        fix: str,
        place: Place | None = None,
        steps: tuple[Step, ...] = (),
    ) -> Verdict:
        """A failing verdict, with the first of the places that it is about."""
        rest = (Step(f"and {len(steps) - SHOWN} more"),) if len(steps) > SHOWN else ()
        return Verdict(
            rule=self.rule,
            weakness=self.weakness,
            subject=Subject(WHOLE, KIND, symbol=symbol),
            outcome=Outcome.FAIL,
            message=message,
            severity=weight[0],
            confidence=weight[1],
            place=place or next((step.place for step in steps if step.place), None),
            steps=(*steps[:SHOWN], *rest),
            fix=fix,
        )

    def unread(self, delivery: Delivery) -> Iterator[Verdict]:
        """A not-tested verdict for each pipeline that could not be read."""
        for pipeline in delivery.pipelines:
            if pipeline.fault:
                message = f"{pipeline.path} was not judged: {pipeline.fault}."
                yield self.verdict(pipeline.path, Outcome.NOT_TESTED, message, pipeline.place)


def looked_at(inventory: Inventory) -> Iterator[Delivery]:
    """The delivery of the tree, if it was looked at."""
    if inventory.delivery is not None:
        yield inventory.delivery


def counted(number: int, noun: str) -> str:
    """`1 change`, `2 changes`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def listed(names: Iterator[str] | tuple[str, ...] | list[str], most: int = 5) -> str:
    """Names as a sentence lists them, the first ones and how many more."""
    every = list(names)
    rest = len(every) - most
    return ", ".join(every[:most]) + (f" and {rest} more" if rest > 0 else "")
