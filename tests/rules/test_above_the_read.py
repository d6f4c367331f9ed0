"""Changes that take only a login where reading the same object takes a right."""

from msgspec.structs import replace
from tests.rules.builders import CLERK, SIGNED_IN, endpoint, verdict

from assay.model.endpoint import Endpoint
from assay.model.place import Place
from assay.model.reach import Access, Action, Decision, Key, Origin, Reach
from assay.model.verdict import Confidence, Outcome

PLACE = Place("shop/orders.py", 9)
CHANGED = Access(
    Action.UPDATE, "Order", (Key("id", Origin.PATH, "id"),), "store.save: save", PLACE, is_request_driven=True
)
READ = endpoint("GET /orders/{id}/lines", CLERK)


def change(*decisions: Decision, path: str = "/orders/{id}/lines") -> Endpoint:
    """A change that takes a login, whose handler decides this."""
    return replace(endpoint(f"PATCH {path}", SIGNED_IN), reach=Reach(accesses=(CHANGED,), decisions=decisions))


def test_a_change_that_takes_less_than_the_read_of_the_same_object_is_an_outlier() -> None:
    found = verdict("AP009", change(), READ)
    assert (found.outcome, found.confidence) == (Outcome.FAIL, Confidence.FIRM)


def test_a_change_whose_handler_decides_by_itself_is_none() -> None:
    own = Decision("ownership", "order.owner != user", PLACE)
    assert verdict("AP009", change(own), READ).outcome is Outcome.PASS


def test_a_change_of_what_every_caller_may_read_is_none() -> None:
    assert verdict("AP009", change(), endpoint("GET /orders/{id}/lines", SIGNED_IN)).outcome is Outcome.PASS


def test_a_change_beside_a_guarded_list_is_none() -> None:
    found = verdict("AP009", change(path="/orders"), endpoint("GET /orders", CLERK))
    assert found.outcome is Outcome.PASS
