"""Weighs an endpoint that answers everybody: how bad, and how sure, in the light of its whole API."""

from collections.abc import Iterable

from msgspec import Struct

from assay.model.endpoint import Demand, Endpoint, Guard, Level
from assay.model.reach import OF_REQUEST, Access, Action, Origin
from assay.model.verdict import Confidence, Severity
from assay.rules.doors import Door, entrance
from assay.rules.landscape import PROOFS, Landscape
from assay.rules.topics import says_open, topic
from assay.rules.words import Route, last_name, route, vocabulary, words

FORMS = vocabulary(
    "contact newsletter subscribe unsubscribe subscription feedback enquiry inquiry track tracking "
    "analytic event collect report rating vote survey form"
)
"""What visitors without an account send on purpose."""
OPEN_HANDLERS = frozenset({"public", "anonymous"})
SHOPPING = vocabulary("basket cart checkout donate donation crowdfund pos")
"""What a shop lets people do who have no account."""
ORDERED = vocabulary("order booking reservation appointment")
CONTACT = vocabulary("phone phonenumber mobile telephone tel email mail address firstname lastname surname fullname")
"""Fields of an order that say who ordered it."""
HOLDERS = vocabulary("user customer owner buyer client account member")
"""Fields of an order that name an account."""
OF_SHOP = "A shop may let people do this who have no account."
QUESTIONS = vocabulary(
    "search query filter lookup find validate preview estimate calculate calculator convert conversion "
    "check compute quote predict decode parse"
)
"""What is asked by POST because the question is long, and changes nothing."""
ASKING = vocabulary("get list find search fetch query check validate preview lookup info tree count decode")
"""The first word of a handler, or the whole last segment, that asks."""
ERROR = vocabulary("error")
"""What a page is called that others lead to when something went wrong."""
FIRST_RUN = vocabulary("setup install installation installer wizard onboarding")
PICTURES = vocabulary("image picture avatar thumbnail thumb poster logo icon cover px")
"""What pages show without sending credentials."""
IDENTITY = vocabulary("user auth identity principal caller login jwt viewer")
"""Words in the name of what finds out who calls, whether or not it refuses strangers."""
EXISTENCE = vocabulary("exist existence availability available")
ENTRY = vocabulary("home index main default start welcome landing")
CAPABILITIES = vocabulary("token secret signature signed sig hash nonce")
"""A parameter that is a proof by itself."""
PREFERENCES = vocabulary("language locale culture theme timezone consent")
"""What visitors choose for themselves, and a cookie keeps."""
COUNTED = vocabulary("visit impression pageview hit click")
OF_EXAMPLE = "It is part of an example beside the API itself."
OWN = "It touches only what belongs to the caller, so that strangers find nothing."
SIGN_UPS = vocabulary("user account member customer")
PROOF_IS_SENT = "A proof is sent along, which the handler may check by itself."
RIGHT_IS_ASKED = "What it calls asks for a role of the caller, so that strangers may get no further."
OWNER_IS_ASKED = "Its handler compares what it loaded with who is calling, so that strangers may get no further."
UNEQUAL = "!="
PROOF_IS_CHECKED = "Its handler refuses by a proof that it is sent, and may check its caller by itself."
BY_GET_TOO = "The same handler answers GET, and stores nothing."
WAY_IN = "It may be a step of the way in."
OF_COMMAND = "A command serves it, for its own user."
LEADS_THERE = "The same path with or without its last slash is guarded; it may only lead there."


class Gravity(Struct, frozen=True):
    """How bad and how sure, with the reason for a doubt."""

    severity: Severity
    confidence: Confidence
    doubt: str = ""
    """A sentence; "" without doubt."""


def gravity(endpoint: Endpoint, landscape: Landscape) -> Gravity:
    """The weight of the fact that an endpoint answers everybody."""
    if leads_to_a_guarded_one(endpoint, landscape.endpoints):
        return Gravity(Severity.LOW, Confidence.TENTATIVE, LEADS_THERE)
    severity = _severity(endpoint)
    doubt = _doubt(endpoint, landscape)
    path = route(endpoint.path)
    is_harmless = says_open(endpoint) or bool(EXISTENCE & set(path.last)) or sends_a_proof(endpoint)
    is_harmless = is_harmless or doubt in {OF_EXAMPLE, RIGHT_IS_ASKED, OWNER_IS_ASKED}
    is_harmless = is_harmless or (not endpoint.is_write and _own_look(endpoint) == OWN)
    if severity is Severity.CRITICAL and not is_harmless:
        return Gravity(severity, Confidence.FIRM)
    return Gravity(severity, Confidence.TENTATIVE if doubt else Confidence.FIRM, doubt)


def leads_to_a_guarded_one(endpoint: Endpoint, others: Iterable[Endpoint]) -> bool:
    """Whether a read has a guarded twin: the same path, but for its last slash. Such a pair is one page and the way to it."""
    path = endpoint.path.rstrip("/")
    return not endpoint.is_write and any(
        other.auth
        and other.path != endpoint.path
        and other.path.rstrip("/") == path
        and other.method == endpoint.method
        for other in others
    )


def intent(endpoint: Endpoint) -> str:
    """Why its author may have meant it to be open, as far as the endpoint itself tells; "" when nothing speaks for that."""
    path = route(endpoint.path)
    spoken = set(path.last) | set(words(last_name(endpoint.handler)))
    if statement(endpoint):
        return "It is marked as open on purpose."
    if says_open(endpoint) or OPEN_HANDLERS & set(words(endpoint.handler)):
        return "Its name says that it is meant for everybody."
    if meant := _intent_of(path, words(last_name(endpoint.handler))) or (
        PROOF_IS_SENT if sends_a_proof(endpoint) else ""
    ):
        return meant
    if _is_ordered_by_a_guest(endpoint, path):
        return OF_SHOP
    if not endpoint.is_write and endpoint.response is not None and "public" in words(endpoint.response.name):
        return "What it answers with is called public."
    if not endpoint.is_write and _shows_a_picture(path, spoken):
        return "Pages show pictures without sending credentials."
    if (door := entrance(endpoint)) is not None and door.door is Door.REGISTRATION and door.is_sure:
        return "It may be the sign-up."
    if endpoint.method == "POST":
        is_asking = bool(set(words(last_name(endpoint.handler))[:1]) & ASKING) or set(path.last) <= ASKING
        is_asking = is_asking or _only_computes(endpoint)
        return "It may only ask, and change nothing." if is_asking else _doubt_of_a_post(path, spoken)
    return "No method was declared for it, so that it may only read." if endpoint.method == "ANY" else ""


def _only_computes(endpoint: Endpoint) -> bool:
    """Whether a handler that was followed touches nothing stored, and its class is called after what it works out: `BmiCalculator.post`."""
    reach = endpoint.reach
    is_idle = reach is not None and not (reach.accesses or reach.acts or reach.gaps)
    return is_idle and bool(QUESTIONS & set(words(endpoint.handler)))


def sends_a_proof(endpoint: Endpoint) -> bool:
    """Whether a cookie or query parameter carries a proof, as a signature or a token, that the handler may check."""
    return any(
        bool(set(words(parameter.name)) & PROOFS) and parameter.source in {"cookie", "query"}
        for parameter in endpoint.parameters
    )


def _intent_of(path: Route, handler: Iterable[str]) -> str:
    """Why the words of a path and its handler alone may mean that everybody may come in."""
    if EXISTENCE & set(path.last):
        return "It only tells whether something exists."
    if "callback" in path.last:
        return "Another system may call it back, with a proof of its own."
    if any(set(parameter) & CAPABILITIES for parameter in path.parameters):
        return "The secret in its path may be the proof that it asks for."
    if any(set(segment) & FIRST_RUN for segment in path.literals):
        return "It may be the first set-up, which runs before there is anybody to know."
    is_shop = any(set(segment) & SHOPPING for segment in (*path.literals, handler))
    return OF_SHOP if is_shop else ""


def statement(endpoint: Endpoint) -> Guard | None:
    """The marker by which the author said that everybody may come in to this endpoint; None when there is none.

    A permissive default of the whole application says nothing about one endpoint.
    """
    for guard in endpoint.effective_guards:
        is_default = guard.level is Level.APPLICATION and guard.kind == "permission"
        if guard.demand is Demand.ANONYMOUS and not is_default:
            return guard
    return None


def _is_ordered_by_a_guest(endpoint: Endpoint, path: Route) -> bool:
    """Whether an order is made that holds by itself where its buyer can be reached: nobody has to have an account for it."""
    reach = endpoint.reach
    if endpoint.method != "POST" or reach is None or not set(path.last) & ORDERED:
        return False
    for access in reach.accesses:
        if access.action is Action.CREATE and set(words(access.entity)) & ORDERED & set(path.last):
            copied = (field for copy in reach.copies if copy.entity == access.entity for field in copy.fields)
            said = [set(words(field)) for field in dict.fromkeys((*access.fields, *copied))]
            return len([each for each in said if each & CONTACT]) > 1 and not any(each & HOLDERS for each in said)
    return False


def _severity(endpoint: Endpoint) -> Severity:
    found = topic(endpoint)
    if found:
        return found.severity
    if endpoint.is_write and endpoint.method != "ANY":
        return Severity.HIGH
    return Severity.LOW if _is_entry(route(endpoint.path)) else Severity.MEDIUM


def _doubt(endpoint: Endpoint, landscape: Landscape) -> str:
    """Why it may be meant so; "" when nothing speaks for that."""
    found = topic(endpoint)
    meant = (
        (OF_EXAMPLE if landscape.is_example else "")
        or intent(endpoint)
        or _of_visitors(endpoint)
        or (BY_GET_TOO if _is_read_too(endpoint, landscape) else "")
        or (OF_COMMAND if "cli" in endpoint.place.path.split("/") else "")
        or _own_look(endpoint)
        or (WAY_IN if found and found.is_way_in else "")
    )
    if endpoint.method == "POST" and landscape.is_guarded_around(endpoint):
        return meant or "Its author guards what stands beside it, and may have left this one open on purpose."
    return meant or ("" if endpoint.is_write else _doubt_of_a_read(endpoint, landscape))


def _own_look(endpoint: Endpoint) -> str:
    """What the handler itself does about its caller, as far as that speaks for it."""
    if endpoint.reach is not None and any(decision.kind == "proof" for decision in endpoint.reach.decisions):
        return PROOF_IS_CHECKED
    if _asks_for_a_right(endpoint):
        return RIGHT_IS_ASKED
    decisions = endpoint.reach.decisions if endpoint.reach is not None else ()
    if any(decision.kind == "ownership" and UNEQUAL in decision.text for decision in decisions):
        return OWNER_IS_ASKED
    found = endpoint.reach.accesses if endpoint.reach is not None and not endpoint.reach.gaps else ()
    is_asked = any(key.origin in OF_REQUEST for access in found if not access.protection for key in access.keys)
    if not is_asked and any(access.action is Action.READ and _is_of_caller(access) for access in found):
        return "It looks up who is calling, so that strangers may get no further."
    is_own = all(any(key.origin is Origin.PRINCIPAL for key in access.keys) for access in found)
    return OWN if found and is_own else ""


def _is_read_too(endpoint: Endpoint, landscape: Landscape) -> bool:
    """Whether the very handler of a POST is there for GET, too, and nothing is seen that it stores: `[HttpGet][HttpPost]` of one action.
    Where one function serves a form and what is typed into it, that says nothing.
    """
    if endpoint.method != "POST" or endpoint.framework != "aspnetcore" or endpoint.reach is None:
        return False
    if endpoint.reach.gaps or any(
        access.action not in {Action.READ, Action.LIST} for access in endpoint.reach.accesses
    ):
        return False
    return any(
        other.method == "GET"
        and (other.path, other.handler, other.place) == (endpoint.path, endpoint.handler, endpoint.place)
        for other in landscape.neighbours(endpoint)
    )


def _asks_for_a_right(endpoint: Endpoint) -> bool:
    """Whether everything that the handler touches stands behind a test of the caller's roles, in a service or around it."""
    reach = endpoint.reach
    if reach is None or not reach.accesses or not any(decision.kind == "role" for decision in reach.decisions):
        return False
    return all(access.protection.startswith(("authorized", "keyed")) for access in reach.accesses)


def _of_visitors(endpoint: Endpoint) -> str:
    """Why it may be for visitors: it keeps what they choose for themselves, counts them, or leads them on; nothing else is stored."""
    stored = endpoint.reach.accesses if endpoint.reach is not None and not endpoint.reach.gaps else None
    handler = words(last_name(endpoint.handler))
    spoken = {word for segment in route(endpoint.path).literals for word in segment} | set(handler)
    if stored == () and spoken & PREFERENCES:
        return "It may only keep what a visitor chooses for himself."
    if stored == () and handler[:1] == ("redirect",):
        return "It may only lead somewhere else."
    if {"view", "count"} <= set(handler) or set(handler) & COUNTED:
        return "It may only count visitors."
    return ""


def _is_of_caller(access: Access) -> bool:
    """Whether a handler looks an account up by what the caller is known as; a data layer that notes who writes refuses nobody."""
    is_account = bool(set(words(access.entity)) & SIGN_UPS)
    is_asked_for = not access.steps or bool(set(words(access.steps[0].text)) & IDENTITY)
    return is_account and is_asked_for and any(key.origin is Origin.PRINCIPAL for key in access.keys)


def _doubt_of_a_post(path: Route, spoken: set[str]) -> str:
    if spoken & QUESTIONS:
        return "It may only ask, and change nothing."
    if set(path.last) == ERROR:
        return "It may only show what went wrong elsewhere."
    if spoken & FORMS:
        return "It may be a form for visitors without an account."
    if set(path.last) & SIGN_UPS and not path.tail:
        return "It may be the sign-up."
    return ""


def _shows_a_picture(path: Route, spoken: set[str]) -> bool:
    return bool(spoken & PICTURES) or any(set(segment) & PICTURES for segment in path.literals)


def _is_entry(path: Route) -> bool:
    """Whether it is the page on which people arrive."""
    return all(set(segment) <= ENTRY for segment in path.literals)


def _doubt_of_a_read(endpoint: Endpoint, landscape: Landscape) -> str:
    if any(guard.demand is Demand.NOTHING and set(words(guard.name)) & IDENTITY for guard in endpoint.effective_guards):
        return "It looks at who calls, and answers strangers too."
    found = topic(endpoint)
    if not landscape.has_authentication:
        return "Nothing in this API asks who the caller is; something in front of it may."
    if not landscape.guards_most_reads:
        return "Most reads of this API are open."
    if (found and found.is_often_open) or _is_entry(route(endpoint.path)):
        return "Reading it is often meant for everybody."
    return ""
