"""Knows what makes a route sensitive: the topics, their words, and how bad an open door to them is."""

from msgspec import Struct

from assay.model.endpoint import Endpoint
from assay.model.verdict import Severity
from assay.rules.words import route, vocabulary, words

OPEN_BY_NAME = vocabulary("anonymous open public publishable guest")
"""A path with one of these words says that it is meant for everybody."""


class Topic(Struct, frozen=True):
    """A subject of routes that strangers have no business with."""

    name: str
    """As it reads after "about": `administration`."""
    severity: Severity
    words: frozenset[str]
    is_anywhere: bool = False
    """Whether the word counts in every segment; otherwise only in the last literal one, which names the resource."""
    is_way_in: bool = False
    """Whether most of what is open about it is a step of the way in."""
    is_often_open: bool = False
    """Whether reading it is often meant for everybody, as with settings that a start page needs."""


TOPICS = (
    Topic(
        "administration",
        Severity.CRITICAL,
        vocabulary("admin administration administrator superuser superadmin sysadmin backoffice actuator"),
        is_anywhere=True,
    ),
    Topic(
        "credentials",
        Severity.CRITICAL,
        vocabulary("secret credential apikey privatekey keystore vault"),
    ),
    Topic(
        "direct access to the machine or its storage",
        Severity.CRITICAL,
        vocabulary("console shell exec eval cmd sql phpinfo heapdump threaddump"),
        is_anywhere=True,
    ),
    Topic(
        "the inside of the service",
        Severity.HIGH,
        vocabulary(
            "internal private debug debugger dump backup restore migrate migration seed database db env diagnostic hangfire"
        ),
        is_anywhere=True,
    ),
    Topic("passwords", Severity.HIGH, frozenset({"password"}), is_way_in=True),
    Topic("records of what happened", Severity.HIGH, vocabulary("log audit auditlog trail")),
    Topic("bulk transfer", Severity.HIGH, vocabulary("export import importer exporter bulk")),
    Topic(
        "people's data",
        Severity.HIGH,
        vocabulary("user customer employee patient member person staff account student subscriber ssn prescription"),
    ),
    Topic(
        "money",
        Severity.HIGH,
        vocabulary(
            "payment invoice transaction transfer billing payroll salary payout refund order wallet bank balance"
        ),
    ),
    Topic(
        "configuration",
        Severity.HIGH,
        vocabulary("config configuration setting setup"),
        is_often_open=True,
    ),
    Topic("tokens", Severity.HIGH, vocabulary("token session jwt"), is_way_in=True),
    Topic("people's profiles", Severity.MEDIUM, frozenset({"profile"}), is_often_open=True),
    Topic("figures about the service", Severity.LOW, frozenset(["metric", "prometheus"]), is_often_open=True),
)
"""Worst first; the first that matches counts."""


def says_open(endpoint: Endpoint) -> bool:
    """Whether the path says that it is meant for everybody; the guests of a house are people whom it keeps."""
    said = {word for segment in route(endpoint.path).literals for word in segment} & OPEN_BY_NAME
    reach = endpoint.reach
    return bool(said - {word for access in (reach.accesses if reach else ()) for word in words(access.entity)})


def topic(endpoint: Endpoint) -> Topic | None:
    """The worst sensitive topic that the route names; None when it names none or says that it is meant for everybody."""
    path = route(endpoint.path)
    everywhere = {word for segment in path.literals for word in segment}
    if says_open(endpoint):
        return None
    for candidate in TOPICS:
        if candidate.words & (everywhere if candidate.is_anywhere else set(path.last)):
            return candidate
    return None
