"""Knows which endpoints are public by nature, such as a sign-in or a health probe, and why.

Nature is read from the route's last words and, for sign-in and recovery, from the handler's name. Every word of the segment
has to belong: `/register` is a registration, `/register-device` is not.
"""

from dataclasses import dataclass

from assay.model.endpoint import Endpoint
from assay.model.verdict import Outcome
from assay.rules.words import Route, last_name, route, vocabulary, words

READS = vocabulary("GET ANY HEAD")
SIGN_IN = vocabulary(
    "login signin authenticate sso saml saml2 oauth oauth2 oidc openid acs challenge mfa otp 2fa totp "
    "passkey webauthn logout signout register registration signup unauthorized accessdenied forbidden "
    "authorize"
)
"""Words that by themselves name the way in, or out."""
REGISTRATION = vocabulary("register registration signup")
HOSTS = vocabulary(
    "user account auth authentication identity member customer patient student person tenant organization "
    "public security session login signin mobile web app me"
)
"""What a registration is of when it makes a caller: `/users/register`, but not `/devices/register`."""
TOKEN = vocabulary("auth authentication authorization token jwt session refresh")
"""Words that name the way in when something is posted to them."""
FILLERS = vocabulary(
    "access refresh new obtain issue get post create do user account page form external social google "
    "github facebook microsoft azure twitter apple ldap web mobile app client with by via password email "
    "phone code complete confirm confirmation verify verification validate begin start finish init handle "
    "handler view endpoint action async self cookie key link magic url redirect submit request step two "
    "factor local remote resend callback token jwt session auth authentication connect id provider html "
    "content admin check pair pkce device options assertion"
)
"""Words that may stand beside those without changing what they name."""
SECRET_OF_ROUTE = vocabulary(
    "token key code hash secret signature sig nonce uid uidb64 uidb slug provider scheme tenant realm "
    "type email username name state return url organization org connection strategy"
)
"""A parameter after a sign-in or recovery segment is one of these: a proof, or the name of a provider."""
RECOVERY_ACTS = vocabulary(
    "forgot forget reset recover recovery lost confirm confirmation verify verification resend activate activation"
)
RECOVERY_OBJECTS = vocabulary("password email account user code registration phone activation activate")
RECOVERY = RECOVERY_ACTS | RECOVERY_OBJECTS | vocabulary("request done complete link token set new html content send")
PERSON = vocabulary("id pk user uuid guid member account")
HEALTH = vocabulary("health healthz healthcheck livez readyz liveness readiness ping heartbeat alive")
HEALTH_ALONE = vocabulary("status live ready up version hc uptime")
DOCUMENTATION = vocabulary("doc swagger openapi redoc apidoc scalar schema")
STATIC = vocabulary("static asset css js font dist")
FILE_OF_ROUTE = vocabulary("file filename path filepath rest resource all catchall slug")
"""A parameter that stands for whatever file lies below a static folder."""
WELL_KNOWN = vocabulary("favicon robot sitemap manifest wellknown")
STATIC_ENDINGS = (".js", ".css", ".png", ".ico", ".svg", ".txt", ".xml", ".webmanifest", ".html", ".map", ".woff2")
PAGES = vocabulary("error privacy term about imprint legal faq notfound 404 500 maintenance offline cookie")
FILLERS_OF_PAGES = vocabulary("page of service use policy and condition u us view")
FORGERY = vocabulary("csrf xsrf antiforgery")


@dataclass(frozen=True, slots=True)
class Nature:
    """What an endpoint is that makes it public by nature."""

    what: str
    """Completes "POST /login ...": `is the way in, or out`."""
    outcome: Outcome = Outcome.NOT_APPLICABLE
    """`not-tested` where something else has to protect it that this look does not see."""


def nature(endpoint: Endpoint) -> Nature | None:
    """What the endpoint is by nature; None when nothing says that everybody has to reach it."""
    path = route(endpoint.path)
    if endpoint.method in {"OPTIONS", "TRACE"}:
        return Nature("answers what is allowed, not with what is stored")
    for of_kind in (_system_call, _way_in, _recovery, _readable):
        if found := of_kind(endpoint, path):
            return found
    return None


def _system_call(endpoint: Endpoint, path: Route) -> Nature | None:
    """Webhooks and GraphQL: protected, if at all, by something that a posture rule does not read."""
    if endpoint.is_write and any(set(segment) & {"webhook", "ipn"} for segment in path.literals):
        return Nature("is called by another system, whose signature was not looked at", Outcome.NOT_TESTED)
    if path.last and set(path.last) <= {"graphql", "gql", "graphiql", "playground", "batch"} and "graphql" in path.last:
        return Nature("leaves it to its resolvers whom to answer, which were not looked at", Outcome.NOT_TESTED)
    return None


def _way_in(endpoint: Endpoint, path: Route) -> Nature | None:
    if endpoint.method not in {"POST", "GET", "ANY", "HEAD"} or not _proves(path.tail):
        return None
    strong = SIGN_IN if endpoint.method in {"GET", "HEAD"} else SIGN_IN | TOKEN
    before = path.literals[-2] if len(path.literals) > 1 and not path.tail else ()
    is_callback = path.last == ("callback",) and bool(set(before) & (SIGN_IN | TOKEN))
    is_named = _is_all(words(last_name(endpoint.handler)), SIGN_IN, FILLERS) and bool(set(path.last) & (HOSTS | TOKEN))
    if is_callback or is_named or (_is_all(path.last, strong, FILLERS) and _registers_a_caller(path)):
        return Nature("is the way in, or out: it runs before a caller is known")
    return None


def _registers_a_caller(path: Route) -> bool:
    """Whether a registration, if it is one, is of a caller and not of a thing."""
    is_registration = not set(path.last) & (SIGN_IN - REGISTRATION) and bool(set(path.last) & REGISTRATION)
    return not is_registration or len(path.literals) == 1 or bool(set(path.literals[-2]) & HOSTS)


def _recovery(endpoint: Endpoint, path: Route) -> Nature | None:
    """A password reset, an activation: the code that was mailed is the proof. A reset of a given user's password is not."""
    if endpoint.method == "DELETE" or not _proves(path.tail) or _names_a_person(path):
        return None
    pair = (*path.literals[-2], *path.last) if len(path.literals) > 1 else path.last
    for spoken in (path.last, pair, words(last_name(endpoint.handler))):
        if _is_all(spoken, RECOVERY_ACTS, RECOVERY) and set(spoken) & RECOVERY_OBJECTS:
            return Nature("recovers or activates an account: the code that was sent is the proof")
    return None


def _readable(endpoint: Endpoint, path: Route) -> Nature | None:
    """Health probes, documentation, static files and plain pages."""
    if endpoint.method not in READS or not path.literals:
        return None
    first, last = path.literals[0], path.last
    if _is_static(endpoint, path):
        return Nature("serves static files")
    if path.parameters:
        return None
    if _is_health(path.literals):
        return Nature("is a health probe")
    if _is_all(first, DOCUMENTATION, FILLERS) or _is_all(last, DOCUMENTATION, vocabulary("yaml json ui html")):
        return Nature("is the documentation of the API")
    if set(last) & FORGERY:
        return Nature("hands out the token against forged requests")
    if _is_all(last, PAGES, FILLERS_OF_PAGES):
        return Nature("is a plain page")
    return None


def _is_static(endpoint: Endpoint, path: Route) -> bool:
    first = set(path.literals[0])
    is_folder = bool(first & STATIC) and bool(path.tail) and bool(set(path.tail[-1]) & FILE_OF_ROUTE)
    is_file = not path.tail and endpoint.path.lower().endswith(STATIC_ENDINGS)
    return is_folder or is_file or bool(first & WELL_KNOWN)


def _is_health(literals: tuple[tuple[str, ...], ...]) -> bool:
    last = literals[-1]
    is_probe = bool(set(last) & HEALTH) and len(last) <= 2
    is_alone = len(literals) == 1 and len(last) == 1 and last[0] in HEALTH_ALONE
    is_below = len(literals) > 1 and bool(set(literals[-2]) & HEALTH) and bool(set(last) & HEALTH_ALONE)
    return is_probe or is_alone or is_below


def _is_all(spoken: tuple[str, ...], strong: frozenset[str], fillers: frozenset[str]) -> bool:
    """Whether one word is strong and every other is strong or a filler."""
    return bool(set(spoken) & strong) and set(spoken) <= strong | fillers


def _proves(tail: tuple[tuple[str, ...], ...]) -> bool:
    return all(set(words_) & SECRET_OF_ROUTE for words_ in tail)


def _names_a_person(path: Route) -> bool:
    proofs = {"token", "code", "key", "hash"}
    if any(set(parameter) & proofs for parameter in path.parameters):
        return False
    return any(set(parameter) & PERSON for parameter in path.parameters)
