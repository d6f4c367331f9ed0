"""Knows which endpoints are public by nature, such as a sign-in or a health probe, and why.

Nature is read from the route's last words and, for sign-in and recovery, from the handler's name. Every word of the segment
has to belong: `/register` is a registration, `/register-device` is not.
"""

from functools import lru_cache

from msgspec import Struct

from assay.model.endpoint import Endpoint
from assay.model.verdict import Outcome
from assay.rules.words import Route, last_name, route, vocabulary, words

READS = vocabulary("GET ANY HEAD")
SIGN_IN = vocabulary(
    "login signin authenticate sso saml saml2 oauth oauth2 oidc openid acs mfa otp 2fa totp passkey webauthn logout signout "
    "register registration registeration signup prelogin lockedout unauthorized accessdenied forbidden authorize"
)
"""Words that by themselves name the way in, or out."""
ADMINISTRATION = vocabulary("admin administration administrator backoffice")
"""Below these a read is none of the way in because of its handler's name alone: `/admin/users` of one that was copied."""
WAY_OUT = vocabulary("logout signout")
REGISTRATION = vocabulary("register registration registeration signup")
HOSTS = vocabulary(
    "user account auth authentication authentification identity member customer patient student person tenant organization public security "
    "session login signin mobile web app me"
)
"""What a registration is of when it makes a caller: `/users/register`, but not `/devices/register`."""
CALLERS = vocabulary(
    "seller buyer customer client vendor member patient student teacher doctor driver owner merchant company business host guest agent "
    "parent"
)
"""Who comes in by a way of its own: `/register-seller`, `/login-customer`."""
PROVIDERS = vocabulary(
    "google github gitlab facebook microsoft azure twitter apple ldap linkedin keycloak okta auth0 cas discord slack bitbucket "
    "keycloak adfs entra external openid oidc saml provider"
)
"""Who vouches for a caller; `/auth/github` is the way in, as `/auth/{provider}` is."""
VERBS = frozenset({"login", "signin", "authenticate"})
STARTS = vocabulary(
    "create obtain pair start begin init initiate finish complete device exchange status verify verification introspect"
)
"""What is posted below `auth` or a token to get one."""
BY = frozenset({"by", "with", "via", "using"})
TOKEN = vocabulary("auth authentication authorization token jwt session refresh pairing")
"""Words that name the way in when something is posted to them."""
FILLERS = vocabulary(
    "access refresh new obtain issue get post create do user account page form external social google github facebook "
    "microsoft azure twitter apple ldap web mobile app client with by via password email phone code complete confirm "
    "confirmation verify verification validate begin start finish init handle handler view endpoint action async self cookie "
    "key link magic url redirect submit request step two factor local remote resend callback token jwt session auth "
    "authentication connect id provider html content admin check pair pkce options assertion dynamic completed complete sent "
    "name keycloak gitlab okta cas discord header"
)
"""Words that may stand beside those in one segment without changing what it names."""
STEPS = vocabulary(
    "email phone code confirm confirmation verify verification callback token access refresh begin start finish init initiate "
    "complete resend service provider external social google github facebook microsoft apple azure twitter ldap password form "
    "page html otp totp captcha metadata sls slo acs accept awaiting generate backup invite check option assertion elevate "
    "index sent completed clicked introspect introspection revoke revocation device exchange request magic link discover discovery"
)
"""Words of the segments that may follow: the way in goes in steps, as `/login/email` or `/mfa/totp/verify`."""
SECRET_OF_ROUTE = vocabulary(
    "token key code hash secret signature signed sig data nonce uid uidb64 slug provider scheme tenant realm type email username name "
    "state return url organization org connection strategy"
)
"""A parameter of a way in is one of these: a proof, or the name of a provider."""
RECOVERY_ACTS = vocabulary(
    "forgot forget reset recover recovery lost confirm confirmation verify verification resend activate activation accept reminder remind"
)
RECOVERY_OBJECTS = vocabulary(
    "password email username account identity registration phone code activation invite invitation"
)
RECOVERY = (
    RECOVERY_ACTS
    | RECOVERY_OBJECTS
    | vocabulary("user request done complete link token set new html content send sent pin update view")
)
PROOFS = vocabulary("token code key hash secret signature signed uidb64 data")
PERSON = vocabulary("id pk user uuid guid member account")
HEALTH = vocabulary("health healthy healthz healthcheck livez readyz liveness readiness ping heartbeat alive")
HEALTH_ALONE = vocabulary("status live ready up version hc uptime extended")
DOCUMENTATION = vocabulary("doc swagger swaggerui openapi redoc apidoc scalar schema")
STATIC = vocabulary("static asset css js font dist")
FILE_OF_ROUTE = vocabulary("file filename path filepath rest resource all catchall slug")
"""A parameter that stands for whatever file lies below a static folder."""
WELL_KNOWN = vocabulary("favicon robot sitemap manifest wellknown")
STATIC_ENDINGS = (".js", ".css", ".png", ".ico", ".svg", ".txt", ".xml", ".webmanifest", ".html", ".map", ".woff2")
PAGES = vocabulary("error privacy term tos about imprint legal faq notfound 404 500 50x maintenance offline cookie")
FILLERS_OF_PAGES = vocabulary("page of service use policy and condition u us view")
SIGNING_IN = frozenset({"session-start", "token-issue"})
"""Acts that, behind a check of a password, let a caller in."""
LEADING_ON = "django.views.generic.RedirectView"
FORGERY = vocabulary("csrf xsrf antiforgery captcha")


class Nature(Struct, frozen=True):
    """What an endpoint is that makes it public by nature."""

    what: str
    """Completes "POST /login ...": `is the way in, or out`."""
    outcome: Outcome = Outcome.NOT_APPLICABLE
    """`not-tested` where something else has to protect it that this look does not see."""


class Call(Struct, frozen=True):
    """What nature is read from: the same for every rule that asks."""

    method: str
    path: str
    handler: str


def nature(endpoint: Endpoint) -> Nature | None:
    """What the endpoint is by nature; None when nothing says that everybody has to reach it."""
    if endpoint.method == "GET" and endpoint.handler == LEADING_ON:
        return Nature("only leads to another address, which is judged by itself")
    acts = {act.kind for act in endpoint.reach.acts} if endpoint.reach is not None else set()
    ends_so = endpoint.method == "POST" and bool(VERBS & set(route(endpoint.path).last[-1:]))  # `/secure-login`
    if "password-verify" in acts and (acts & SIGNING_IN or ends_so) and not _is_of_a_person(endpoint):
        return Nature("is the way in: it asks for a password and then knows the caller")
    path = endpoint.path.removesuffix("/Index") if endpoint.method == "POST" else endpoint.path
    return _nature(Call(endpoint.method, path, last_name(endpoint.handler)))


def _is_of_a_person(endpoint: Endpoint) -> bool:
    """Whether somebody's account is changed who the path names: its password is asked for, and a new token given, on the way."""
    return endpoint.method in {"PUT", "PATCH", "DELETE"} and _names_a_person(route(endpoint.path))


@lru_cache(8192)
def _nature(call: Call) -> Nature | None:
    path = route(call.path)
    if call.method in {"OPTIONS", "TRACE"}:
        return Nature("answers what is allowed, not with what is stored")
    for of_kind in (_system_call, _way_in, _recovery, _readable):
        if found := of_kind(call, path):
            return found
    return None


def _system_call(call: Call, path: Route) -> Nature | None:
    """Webhooks and GraphQL: protected, if at all, by something that a posture rule does not read."""
    if call.method not in {"GET", "HEAD"} and any(set(segment) & {"webhook", "ipn"} for segment in path.literals):
        return Nature("is called by another system, whose signature was not looked at", Outcome.NOT_TESTED)
    if path.last and set(path.last) <= {"graphql", "gql", "graphiql", "playground", "batch"} and "graphql" in path.last:
        return Nature("leaves it to its resolvers whom to answer, which were not looked at", Outcome.NOT_TESTED)
    return None


def _way_in(call: Call, path: Route) -> Nature | None:
    if call.method == "DELETE" and path.last and set(path.last) <= WAY_OUT and not path.tail:
        return Nature("is the way out: who is not known has nothing to end")
    if call.method not in {"POST", "GET", "ANY", "HEAD"} or not _proves(path.tail):
        return None
    is_read = call.method in {"GET", "HEAD"}
    strong, fillers = (SIGN_IN, FILLERS - TOKEN) if is_read else (SIGN_IN | TOKEN, FILLERS)
    before = path.literals[-2] if len(path.literals) > 1 and not path.tail else ()
    is_callback = (
        "callback" in path.last and set(path.last) <= FILLERS and bool(set(before) & (SIGN_IN | TOKEN | HOSTS))
    )
    is_vouched = bool(path.last) and set(path.last) <= PROVIDERS and bool(set(before) & (SIGN_IN | TOKEN | {"account"}))
    is_vouched = is_vouched or (bool(set(before) & TOKEN) and any("provider" in part for part in path.parameters))
    is_named = _is_all(words(call.handler), SIGN_IN, fillers) and _is_of_a_caller(path)
    is_named = is_named and not (is_read and any(set(segment) & ADMINISTRATION for segment in path.literals))
    whom = CALLERS if set(path.last) & (VERBS | REGISTRATION) else frozenset[str]()
    is_itself = _is_all(path.last, strong, fillers | whom) and _registers_a_caller(path.literals)
    is_started = (
        call.method == "POST" and bool(path.last) and _is_all(before, TOKEN, FILLERS) and set(path.last) <= STARTS
    )
    is_by_whom = call.method == "POST" and bool(path.last) and set(path.last) <= CALLERS and not path.tail
    is_by_whom = is_by_whom and bool(before) and set(before) <= REGISTRATION | VERBS  # `/register/company`
    is_itself = is_itself or is_started or is_by_whom
    if is_callback or is_vouched or is_named or is_itself or _is_by_means(path.last) or _is_a_step(path):
        return Nature("is the way in, or out: it runs before a caller is known")
    return None


def _is_of_a_caller(path: Route) -> bool:
    """Whether the path ends in who comes in, or in what is done about it: `/account`, `/account/new`."""
    if set(path.last) & (HOSTS | TOKEN):
        return True
    return len(path.literals) > 1 and set(path.last) <= FILLERS and bool(set(path.literals[-2]) & (HOSTS | TOKEN))


def _is_by_means(last: tuple[str, ...]) -> bool:
    """Whether it is a sign-in by some means: `/authenticate-by-name`."""
    return len(last) > 1 and last[0] in VERBS and last[1] in BY


def _is_a_step(path: Route) -> bool:
    """Whether the path names the way in and then only steps of it: `/login/email`, `/register/confirm/{token}`."""
    ways = [number for number, words_ in enumerate(path.literals) if _is_all(words_, SIGN_IN, FILLERS)]
    if not ways:
        return False
    first = ways[0]
    after = path.literals[first + 1 :]
    is_steps = bool(after) and all(set(words_) <= STEPS | SIGN_IN for words_ in after)
    return is_steps and _registers_a_caller(path.literals[: first + 1]) and _proves(path.parameters)


def _registers_a_caller(literals: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a registration, if the last segment is one, is of a caller and not of a thing."""
    last = set(literals[-1])
    is_registration = not last & (SIGN_IN - REGISTRATION) and bool(last & REGISTRATION)
    return not is_registration or len(literals) == 1 or bool(set(literals[-2]) & HOSTS)


def _recovery(call: Call, path: Route) -> Nature | None:
    """A password reset, an activation: the code that was mailed is the proof. A reset of a given user's password is not."""
    if call.method == "DELETE" or not path.literals or not _proves(path.tail) or _names_a_person(path):
        return None
    trail = _trail(path)
    is_asked = {"password", "email"} <= trail <= {"password", "email", "send"}
    is_named = _recovers(set(words(call.handler)))
    is_alone = set(path.last) <= RECOVERY_ACTS - {"reset", "accept"} and _speaks_for_itself(path, trail)
    if is_asked or is_named or is_alone or _recovers(trail):
        return Nature("recovers or activates an account: the code that was sent is the proof")
    return None


def _speaks_for_itself(path: Route, trail: set[str]) -> bool:
    """Whether an act without an object, as `/confirm/{token}`, `/forgot` or `/activate/confirm`, can only be of an account."""
    is_only_acts = trail == {word for segment in path.literals for word in segment}
    return _has_proof(path) or is_only_acts or path.last == ("forgot",)


def _trail(path: Route) -> set[str]:
    """The words of the last literal segments, as far back as they speak of nothing but recovery."""
    found: set[str] = set()
    for segment in reversed(path.literals):
        if not set(segment) <= RECOVERY:
            break
        found |= set(segment)
    return found


def _recovers(spoken: set[str]) -> bool:
    acts = spoken & RECOVERY_ACTS
    is_of_account = bool(spoken & RECOVERY_OBJECTS - RECOVERY_ACTS) or len(acts) > 1  # `/resend-activation-link`
    return spoken <= RECOVERY and bool(acts) and is_of_account


def _readable(call: Call, path: Route) -> Nature | None:
    """Health probes, documentation, static files and plain pages."""
    is_ping = call.method == "POST" and path.last == ("ping",) and not path.parameters
    if is_ping:
        return Nature("is a health probe")
    if call.method not in READS or not path.literals:
        return None
    first, last = path.literals[0], path.last
    if _is_static(call, path):
        return Nature("serves static files")
    if path.parameters:
        return None
    if _is_health(path.literals):
        return Nature("is a health probe")
    if _is_all(first, DOCUMENTATION, FILLERS) or _is_all(last, DOCUMENTATION, vocabulary("yaml json ui html")):
        return Nature("is the documentation of the API")
    if set(last) & FORGERY:
        return Nature("hands out what a form needs against forged requests")
    if _is_all(last, PAGES, FILLERS_OF_PAGES):
        return Nature("is a plain page")
    return None


def _is_static(call: Call, path: Route) -> bool:
    is_below = bool(path.tail) and bool(set(path.tail[-1]) & FILE_OF_ROUTE)
    is_folder = is_below and any(set(segment) & (STATIC | DOCUMENTATION) for segment in path.literals)
    is_file = not path.tail and call.path.lower().endswith(STATIC_ENDINGS)
    return is_folder or is_file or bool(set(path.literals[0]) & WELL_KNOWN)


def _is_health(literals: tuple[tuple[str, ...], ...]) -> bool:
    last = literals[-1]
    is_probe = bool(set(last[-1:] if len(last) > 2 else last) & HEALTH)
    is_alone = len(literals) == 1 and len(last) == 1 and last[0] in HEALTH_ALONE
    is_below = len(literals) > 1 and bool(set(literals[-2]) & HEALTH) and bool(set(last) & HEALTH_ALONE)
    return is_probe or is_alone or is_below


def _is_all(spoken: tuple[str, ...], strong: frozenset[str], fillers: frozenset[str]) -> bool:
    """Whether one word is strong and every other is strong or a filler."""
    return bool(set(spoken) & strong) and set(spoken) <= strong | fillers


def _proves(tail: tuple[tuple[str, ...], ...]) -> bool:
    return all(set(words_) & SECRET_OF_ROUTE for words_ in tail)


def _has_proof(path: Route) -> bool:
    return any(set(parameter) & PROOFS for parameter in path.parameters)


def _names_a_person(path: Route) -> bool:
    return not _has_proof(path) and any(set(parameter) & PERSON for parameter in path.parameters)
