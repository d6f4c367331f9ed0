"""Knows the endpoints by which callers come in: sign-in, second factor, recovery and registration; by their words and by what they do."""

from enum import StrEnum

from msgspec import Struct

from assay.model.endpoint import Authorization, Demand, Endpoint
from assay.model.entity import PASSWORDS
from assay.model.reach import Action
from assay.rules.ownership import holds_password
from assay.rules.words import Route, last_name, route, vocabulary, words


class Door(StrEnum):
    """What a caller does there."""

    SIGN_IN = "signs a caller in"
    CODE = "verifies a second factor or a one-time code"
    RECOVERY = "resets a password"
    REGISTRATION = "registers an account"
    SENDING = "sends a code to whom the caller names"
    AGAIN = "asks for one more password"


class Entrance(Struct, frozen=True):
    """A door, and how it is known to be one."""

    door: Door
    is_sure: bool
    """It does what its words say, or it does so without words."""


SIGNING = vocabulary("login signin authenticate authentication authorize authorization token session jwt auth")
SIGNING_ALONE = vocabulary("login signin authenticate")
FILLERS = vocabulary(
    "user account api access new create obtain do post get async local by name email username password with form submit process web admin "
    "handle view issue generate start verify begin ldap native web cookie basic pair me controller endpoint action current"
)
AWAY = vocabulary(
    "logout signout callback oauth oauth2 sso saml saml2 oidc openid refresh revoke introspect provider external google github facebook "
    "microsoft"
)
"""Words of ways in that somebody else guards, and of ways out."""
PROTOCOL = vocabulary("oauth oauth2 connect openid oidc auth api account identity sts")
"""Words before `/token` where clients and people get tokens of the service itself."""
CODES = vocabulary("otp 2fa totp mfa onetime passcode")
CHECKING = vocabulary("verify verification validate check confirm login signin authenticate submit challenge complete")
KEEPING = vocabulary(
    "enable disable setup generate regenerate backup delete remove device list register enroll secret qr activate add recovery"
)
"""Words of what manages a second factor, which is no entrance."""
RECOVERY = vocabulary("reset forgot forget recover recovery lost")
FINISHING = vocabulary("confirm complete done finish")
PROOFS = vocabulary("token code key hash secret signature signed uidb64 data payload")
REGISTRATION = vocabulary("register registration registeration signup")
JOINING = vocabulary("signup registration registeration")
"""Words of registrations that sign the new account in at once."""
ASKED_FOR = vocabulary("send resend request generate")
MESSAGES = vocabulary("sms code pin verification confirmation activation magic")
"""What is sent to prove that a number or address is one's own."""
ONE_MORE = vocabulary("sudo reauth reauthenticate elevate confirm unlock join enter")
"""Words of what a password stands before that is not the caller's way in: a step up, a shared link, a team."""
OF_THINGS = vocabulary("device client webhook app application hub service token key push node agent")
PEOPLE = vocabulary(
    "user account member customer student patient client vendor seller buyer employee doctor teacher driver usuario cliente kullanici "
    "vendedor funcionario aluno paciente empleado"
)
COMPANIES = vocabulary("company business organization merchant host owner guest agent parent manager admin")
"""Who else registers in a way of its own."""
MAKING = vocabulary("new create add")
"""Words of segments that only say that something is made: `/customer/new`."""
INDEX = "/Index"
"""The action that a controller has for its own path."""
STARTING = frozenset({"session-start", "token-issue"})
OF_PERSON = vocabulary("id pk uuid guid user member account")
ASKING = frozenset({"POST", "PUT", "PATCH", "ANY"})
KNOWN = frozenset({Authorization.PUBLIC, Authorization.UNKNOWN})


def entrance(endpoint: Endpoint) -> Entrance | None:
    """The door that an endpoint is; None for every other one. Behind a login there is only that of a second factor, which signs in anew."""
    acts = {act.kind for act in endpoint.reach.acts} if endpoint.reach is not None else set()
    path = route(endpoint.path.removesuffix(INDEX))
    if endpoint.method not in ASKING and not _is_read_with_password(endpoint, path, acts):
        return _by_reading(endpoint, path, acts)
    said = spoken(endpoint, path)
    if endpoint.method == "ANY" and not _does_something(endpoint):
        return None  # it shows the form
    if not _is_open(endpoint, acts):  # the second factor stands behind the first
        return (_code(said, acts) if acts & STARTING else None) or _again(said, acts)
    signs_in = "password-verify" in acts and acts & STARTING and "password-set" not in acts
    for found in (
        _code(said, acts),
        _recovery(endpoint, said, path, acts),
        _sign_in(said, path, acts) if signs_in else None,
        _registration(endpoint, said, path, acts),
        _sign_in(said, path, acts),
        _sending(path),
        _again(said, acts),
    ):
        if found is not None:
            return found
    return None


def _is_read_with_password(endpoint: Endpoint, path: Route, acts: set[str]) -> bool:
    """Whether a read takes a password and lets its caller in: `GET /token` with basic credentials."""
    return endpoint.method == "GET" and "password-verify" in acts and bool(acts & STARTING) and not path.parameters


def _is_open(endpoint: Endpoint, acts: set[str]) -> bool:
    """Whether strangers get as far as the handler: nobody is asked for before it, at most the handler asks for a password itself."""
    if endpoint.authorization in KNOWN:
        return True
    asking = [guard for guard in endpoint.effective_guards if guard.demand not in {Demand.NOTHING, Demand.ANONYMOUS}]
    return "password-verify" in acts and all(guard.kind == "inline" for guard in asking)


def spoken(endpoint: Endpoint, path: Route) -> frozenset[str]:
    """The words of the last two segments and of the handler."""
    near = {word for segment in path.literals[-2:] for word in segment}
    return frozenset(near | set(words(last_name(endpoint.handler))))


def _code(said: frozenset[str], acts: set[str]) -> Entrance | None:
    if said & KEEPING or not (said & CODES or "code-verify" in acts):
        return None
    does = "code-verify" in acts and bool(acts & STARTING or said & CHECKING)
    return Entrance(Door.CODE, does) if does or said & CHECKING else None


def _recovery(endpoint: Endpoint, said: frozenset[str], path: Route, acts: set[str]) -> Entrance | None:
    is_of_password = "password" in said or "forgot" in path.last or "password-set" in acts
    if not said & RECOVERY or not is_of_password:
        return None
    has_proof = any(set(parameter) & PROOFS for parameter in path.parameters)  # a token in the path is no guess
    has_proof = has_proof or bool(said & FINISHING)  # the second step, which takes the token that was sent
    return Entrance(Door.RECOVERY, bool(set(path.last) & RECOVERY) and not has_proof and _does_something(endpoint))


def _does_something(endpoint: Endpoint) -> bool:
    """Whether a handler that could be followed looks anybody up or acts; one that does neither may be there for show."""
    reach = endpoint.reach
    return reach is None or bool(reach.gaps or reach.accesses or reach.acts)


def _registration(endpoint: Endpoint, said: frozenset[str], path: Route, acts: set[str]) -> Entrance | None:
    accesses = endpoint.reach.accesses if endpoint.reach is not None else ()
    creates = any(
        access.action is Action.CREATE and (set(words(access.entity)) & PEOPLE or holds_password(access))
        for access in accesses
    )
    before = path.literals[-2] if len(path.literals) > 1 else ()
    is_by_whom = bool(set(before) & REGISTRATION) and set(path.last) <= PEOPLE | COMPANIES  # `/register/company`
    named = (bool(set(path.last) & REGISTRATION) or is_by_whom) and not said & OF_THINGS
    takes_password = endpoint.request is not None and any(
        PASSWORDS & set(words(f.name)) for f in endpoint.request.fields
    )
    does = creates and ("password-set" in acts or takes_password)
    near = path.literals[-2:] if set(path.last) <= MAKING else path.literals[-1:]
    said_last = {*(word for segment in near for word in segment), *words(last_name(endpoint.handler))}
    made = {word for each in accesses if each.action is Action.CREATE for word in words(each.entity)}
    is_of_people = bool(said_last & PEOPLE) or (does and bool(path.literals) and set(path.last) <= made)
    if does and (named or is_of_people):
        return Entrance(Door.REGISTRATION, True)
    return Entrance(Door.REGISTRATION, does or creates) if named else None


def _sending(path: Route) -> Entrance | None:
    """`/send-otp`, `/resend-verification/`: each call costs the service a message, and its receiver peace."""
    last = set(path.last)
    is_sending = bool(last & ASKED_FOR and last & (CODES | MESSAGES)) and not last & OF_THINGS
    is_link = "magic" in last and not last & (CHECKING | SIGNING_ALONE)  # `/auth/magic-link` mails what signs in
    return Entrance(Door.SENDING, True) if (is_sending or is_link) and not path.tail else None


def _again(said: frozenset[str], acts: set[str]) -> Entrance | None:
    """`/enter-sudo`, `/teams/join`: a password is tried that is not the one of the way in."""
    does = "password-verify" in acts and not acts & {"password-set", "token-issue"} and bool(said & ONE_MORE)
    return Entrance(Door.AGAIN, True) if does else None


def _sign_in(said: frozenset[str], path: Route, acts: set[str]) -> Entrance | None:
    verifies = bool(acts & {"password-verify", "secret-verify"})
    last = set(path.last)
    if any(set(parameter) & OF_PERSON for parameter in path.parameters):
        return None  # an account that the path names is changed, and its password asked for on the way
    if "password-verify" in acts and acts & STARTING and not said & (AWAY | JOINING):
        return Entrance(Door.SIGN_IN, True)
    if _gives_tokens(path, acts):
        return Entrance(Door.SIGN_IN, verifies)
    is_called = last <= SIGNING | FILLERS or (bool(last & SIGNING_ALONE) and last <= SIGNING_ALONE | FILLERS | PEOPLE)
    ends_so = path.last[-1:] and path.last[-1] in SIGNING_ALONE and (verifies or acts & STARTING)  # `/secureLogin`
    if said & AWAY or not last & SIGNING or not (is_called or ends_so):
        return None
    is_named = bool(last & SIGNING_ALONE)
    if verifies or acts & STARTING:
        return Entrance(Door.SIGN_IN, verifies or is_named)
    return Entrance(Door.SIGN_IN, False) if is_named else None


def _gives_tokens(path: Route, acts: set[str]) -> bool:
    """Whether it is the token endpoint of a service that is its own provider: `POST /oauth/token`."""
    *before, last = path.literals or ((),)
    near = set(before[-1]) if before else set()
    return set(last) == {"token"} and bool(near) and near <= PROTOCOL and bool(acts & STARTING)


def _by_reading(endpoint: Endpoint, path: Route, acts: set[str]) -> Entrance | None:
    """`GET /login?name=...&password=...`: what gives a token there signs in, though nobody should do it so."""
    is_named = set(path.last) <= SIGNING_ALONE | FILLERS and bool(set(path.last) & SIGNING_ALONE)
    said = spoken(endpoint, path)
    does = "token-issue" in acts and not said & AWAY
    if endpoint.method == "GET" and acts >= {"code-verify", "session-start"} and not said & (AWAY | KEEPING):
        return Entrance(Door.CODE, False)  # `GET /magic?email=...&code=...`
    return Entrance(Door.SIGN_IN, False) if endpoint.method == "GET" and is_named and does else None
