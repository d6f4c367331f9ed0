"""The HTTP status that a raised or returned value means, by the names that frameworks and people use for it (RFC 9110 section 15)."""

import re
from http import HTTPStatus

from assay.source.evaluate.values import (
    Assigned,
    ClassValue,
    Const,
    Decorated,
    External,
    Instance,
    Items,
    Made,
    Member,
    Table,
    Value,
    options,
)
from assay.source.mentions import names_in, texts_in

UNAUTHORIZED = """
    unauthorized unauthenticated notauthenticated authenticationfailed authenticationerror
    authenticationrequired invalidtoken tokenexpired expiredtoken invalidcredentials credentialsexception
    loginrequired challenge challengeresult unauthorizedresult unauthorizedobjectresult unauthorizedhttpresult
    httpunauthorized notloggedin autherror authexception needslogin redirecttologin loginrequirederror
    unauthorizedaccess missingtoken
""".split()
FORBIDDEN = """
    forbidden permissiondenied accessdenied notauthorized notpermitted forbid forbidresult forbidhttpresult
    httpforbidden httpresponseforbidden insufficientpermissions insufficientscope nopermission permissionerror
    forbiddenerror forbiddenexception forbiddenaccess forbiddenaccessexception unauthorizedaccessexception
    handlenopermission permissiondeniederror insufficientprivileges accessdeniedexception
""".split()
NOT_ALLOWED = ("methodnotallowed", "httpresponsenotallowed", "httpmethodnotallowed", "methodnotallowedexception")
BY_NAME = dict.fromkeys(UNAUTHORIZED, 401) | dict.fromkeys(FORBIDDEN, 403) | dict.fromkeys(NOT_ALLOWED, 405)
STATUS_NAMES = ("status_code", "status", "statusCode", "StatusCode", "http_status", "code", "http_code")
REDIRECTS = frozenset(
    """
    HttpResponseRedirect LocalRedirect Redirect RedirectResponse RedirectResult RedirectToAction
    RedirectToActionResult RedirectToPage RedirectToPageResult RedirectToRoute RedirectToRouteResult redirect redirect_to_login url_for
    """.split()
)
LOGIN = re.compile(r"log_?in|sign_?in|auth|sso|logout|welcome", re.IGNORECASE)
NUMBER = re.compile(r"(?<!\d)([1-5]\d\d)(?!\d)")
ENUM_NAMES = {status.name.replace("_", "").lower(): status.value for status in HTTPStatus}
REDIRECTION = range(300, 400)
ANSWERED = "(answered with)"
"""The member of a class of errors that holds the status with which the application answers it, where a framework's reader knows that."""
REFUSED = range(400, 600)
STATUS_RANGE = range(100, 600)


def status_of(value: Value | None, depth: int = 0) -> int | None:
    """The status of an answer or exception, None when it has none that is known; a redirect to a login counts as 401."""
    if depth > 6:
        return None
    for option in options(value):
        found = status_of_one(option, depth)
        if found is not None:
            return found
    return None


def status_of_one(value: Value, depth: int) -> int | None:
    """The status of one value."""
    match value:
        case Made():
            return status_of_call(value, depth)
        case Items(items=[_, second, *_], kind="tuple"):
            return number_of(second) or status_of(value.items[0], depth + 1)
        case Items(items=[Table(), Const(value=int(number))], kind="list") if number in REFUSED:
            return number  # `[{"error": "not yours"}, 403]`, which the view hands on part by part
        case Instance():
            return status_of_instance(value, depth)
        case External(name=name) | Member(name=name):
            return by_name(name)
        case ClassValue():
            return by_name(value.type.name) or status_of_class(value)
        case Decorated(inner=inner):
            return status_of(inner, depth + 1)
    return None


def by_name(name: str) -> int | None:
    """The status that a class or function name means: `HttpResponseForbidden`, `NotAuthenticatedError`."""
    plain = name.rpartition(".")[2].replace("_", "").lower()
    return BY_NAME.get(plain) or BY_NAME.get(
        plain.removesuffix("exception").removesuffix("error").removesuffix("response")
    )


def number_of(value: Value | None) -> int | None:
    """A status given as a number or as a named constant: `401`, `status.HTTP_401_UNAUTHORIZED`, `HTTPStatus.FORBIDDEN`."""
    for option in options(value):
        match option:
            case Const(value=int(number)) if not isinstance(option.value, bool) and number in STATUS_RANGE:
                return number
            case Const(value=str(text)) if found := NUMBER.match(text):
                return int(found[1])
            case External(name=name) | Member(name=name):
                last = name.rpartition(".")[2]
                if last in {"value", "Value"}:
                    last = name.split(".")[-2] if "." in name else last
                if found := NUMBER.search(last):
                    return int(found[1])
                return ENUM_NAMES.get(last.replace("_", "").lower())
    return None


def least_of(value: Value | None) -> int | None:
    """The least of several statuses: where one of them is no refusal, all of them together are none."""
    if value is None:
        return None
    numbers = [number_of(option) for option in options(value)]
    return min((number for number in numbers if number is not None), default=None)


def status_of_call(made: Made, depth: int) -> int | None:
    """The status of what an outside call gives."""
    for name in STATUS_NAMES if made.named or made.attributes else ():
        found = least_of(made.named.get(name)) or least_of(made.attributes.get(name))
        if found is not None:
            return (401 if leads_to_login(made) else found) if found in REDIRECTION else found
    if made.name in REDIRECTS:
        return 401 if leads_to_login(made) or made.name == "redirect_to_login" else None
    if (named := by_name(made.name)) is not None:
        return named
    for argument in made.positional[:3]:
        found = number_of(argument)
        if found is not None and takes_status(made.name):
            return found
    if made.name in {"make_response", "jsonify", "FromResult"} and made.positional:
        return status_of(made.positional[0], depth + 1)
    receiver = made.receiver
    return (
        status_of(receiver, depth + 1) if isinstance(receiver, Made) and made.name.startswith(("with", "set")) else None
    )


def leads_to_login(made: Made) -> bool:
    """Whether the target of a redirection is named like a login."""
    return any(LOGIN.search(word) for word in (*texts_in(made), *names_in(made)[1:]))


def takes_status(name: str) -> bool:
    """Whether a call of this name takes a status among its first arguments."""
    plain = name.lower()
    return any(
        word in plain
        for word in ("exception", "error", "response", "status", "abort", "json", "problem", "result", "fail")
    )


def status_of_instance(instance: Instance, depth: int) -> int | None:
    """The status of a project exception or response object."""
    for name in STATUS_NAMES:
        found = number_of(instance.attributes.get(name))
        if found is not None:
            return found
    parent = instance.attributes.get("super()")
    if parent is not None and (found := status_of(parent, depth + 1)) is not None:
        return found
    found = status_of_class(instance.cls)
    if found is None and takes_status(instance.cls.name):
        found = next(
            (n for n in map(stated_by, [*instance.positional, *instance.named.values()]) if n is not None), None
        )
    return found if found is not None else by_name(instance.cls.type.name)


def stated_by(value: Value) -> int | None:
    """The status that an argument of an exception states: as a number, or as a code that holds one, such as `("NO_PERMISSION", 403)`."""
    if (found := number_of(value)) is not None:
        return found
    for option in options(value):
        if isinstance(option, Items) and option.kind == "tuple":
            found = next((n for n in map(number_of, option.items) if n is not None), None)
            if found is not None:
                return found
    return None


def status_of_class(cls: ClassValue) -> int | None:
    """The status that a class states in its body or by the name of a base."""
    waiting, seen = [cls], {id(cls.type)}
    while waiting:
        current = waiting.pop(0)
        for name in STATUS_NAMES:
            found = number_of((current.names or {}).get(name))
            if found is not None:
                return found
        if (found := number_of(current.extra.get(ANSWERED))) is not None:
            return found
        for base in current.bases or ():
            if isinstance(base, ClassValue):
                if id(base.type) not in seen:
                    seen.add(id(base.type))
                    waiting.append(base)
            elif isinstance(base, External) and (status := by_name(base.name)) is not None:
                return status
    return None


def status_assigned(assigned: Assigned) -> int | None:
    """The status that an assignment gives the answer: `context.Result = new ForbidResult()`, `context.Response.StatusCode = 401`."""
    if assigned.name in {"Result", "result"}:
        return status_of(assigned.value)
    if assigned.name in {"StatusCode", "status_code", "statusCode"}:
        is_answer = any("response" in name.lower() for name in names_in(assigned.receiver))
        return number_of(assigned.value) if is_answer else None
    return None
