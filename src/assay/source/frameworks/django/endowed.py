"""Knows what middleware puts on the request of what is the caller's: `request.space = request.user.space_set.first()`."""

from collections.abc import Iterator

from assay.model.reach import Origin
from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.values import Given, Value
from assay.source.mentions import names_in
from assay.source.refusal import observe
from assay.source.vocabulary import Topic, topic_of

SENT = frozenset(
    {
        "GET",
        "POST",
        "META",
        "FILES",
        "COOKIES",
        "headers",
        "body",
        "path",
        "path_info",
        "resolver_match",
        "get_host",
        "build_absolute_uri",
        "view_kwargs",
        "kwargs",
    }
)
"""Members of a request that its sender chooses."""


def endowments(run: Evaluator, entries: tuple[tuple[str, Value], ...]) -> Iterator[tuple[object, Given]]:
    """(key, stand-in) for `Program.stand_ins` of every member of the request that a middleware takes from the caller's account."""
    request = Given("request")
    for style, entry in entries:
        given = (request,) if style != "view" else (request, Given("view"), Given("view_args"), Given("view_kwargs"))
        for assigned in observe(run, entry, given).assigned:
            if assigned.receiver is request and assigned.name != "user" and is_of_caller(assigned.value):
                yield ("request", assigned.name), Given(assigned.name, origin=Origin.TENANT)


def is_of_caller(value: Value) -> bool:
    """Whether a value is reached through the account of the caller, and through nothing that the request says."""
    said = names_in(value)
    return any(topic_of(name) is Topic.PRINCIPAL for name in said) and not SENT & set(said)
