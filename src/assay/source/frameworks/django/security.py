"""Security settings of a project, as the rule on configurations reads them."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.program import Setting
from assay.source import facts
from assay.source.evaluate.values import Const, Items, Made, Value, options
from assay.source.frameworks.django.defaulted import by_default
from assay.source.frameworks.django.project import Project, Settings
from assay.source.program import flat_statements

SWITCHES = {
    "DEBUG": "debug",
    "SECURE_SSL_REDIRECT": "https-redirection",
    "SESSION_COOKIE_SECURE": "cookie-secure",
    "SESSION_COOKIE_HTTPONLY": "cookie-httponly",
}
OPEN_PATTERN = {".*", "^.*$", r"^https?://.*$", r".+", r"^.+$", r"https?://.*"}


def settings_of(project: Project, api: str) -> Iterator[Setting]:
    """The settings of the module that runs in production, then what other modules set themselves."""
    yield from of_module(project.main, api, "any", own_only=False)
    for other in project.settings:
        if other.path != project.main.path and other.environment:
            yield from of_module(other, api, other.environment, own_only=True)


def of_module(settings: Settings, api: str, environment: str, *, own_only: bool) -> Iterator[Setting]:
    """The settings of one module; `own_only` leaves out what it takes over from another."""

    def has(name: str) -> bool:
        return settings.value(name) is not None and (not own_only or settings.declared(name) is not None)

    for name, meaning in SWITCHES.items():
        if has(name):
            yield Setting(api, meaning, decided(settings, name), environment, settings.place(name))
    if has("SECURE_HSTS_SECONDS"):
        value = switched(settings.value("SECURE_HSTS_SECONDS"))
        yield Setting(api, "hsts", value, environment, settings.place("SECURE_HSTS_SECONDS"))
    if has("ALLOWED_HOSTS"):
        hosts = listed(settings.value("ALLOWED_HOSTS"))
        yield Setting(api, "allowed-hosts", hosts, environment, settings.place("ALLOWED_HOSTS"))
    if has("SESSION_COOKIE_SAMESITE") and is_for_all_sites(settings.value("SESSION_COOKIE_SAMESITE")):
        yield Setting(api, "cookie-samesite", "none", environment, settings.place("SESSION_COOKIE_SAMESITE"))
    if has("MIDDLEWARE") and lacks_forgery_check(settings.value("MIDDLEWARE")):
        yield Setting(api, "antiforgery", "off", environment, settings.place("MIDDLEWARE"))
    yield from cors(settings, api, environment, own_only=own_only)


def is_for_all_sites(value: Value | None) -> bool:
    """Whether requests from everywhere carry the session cookie along: `None`, `"None"`, `False`."""
    return all(isinstance(option, Const) and option.value in {None, False, "None", "none"} for option in options(value))


def lacks_forgery_check(value: Value | None) -> bool:
    """Whether sessions are known by a cookie, and nothing in a list that is all known asks where a request comes from."""
    for option in options(value):
        if not isinstance(option, Items) or option.is_open or not all(isinstance(each, Const) for each in option.items):
            return False
        said = [str(each.value).rpartition(".")[2].lower() for each in option.items if isinstance(each, Const)]
        if "sessionmiddleware" not in said or any("csrf" in name for name in said):
            return False
    return value is not None


def cors(settings: Settings, api: str, environment: str, *, own_only: bool) -> Iterator[Setting]:
    """The policy of django-cors-headers."""
    names = (
        "CORS_ALLOW_ALL_ORIGINS",
        "CORS_ORIGIN_ALLOW_ALL",
        "CORS_ALLOWED_ORIGINS",
        "CORS_ORIGIN_WHITELIST",
        "CORS_ALLOWED_ORIGIN_REGEXES",
        "CORS_ORIGIN_REGEX_WHITELIST",
    )
    name = next((n for n in names if settings.value(n) is not None), None)
    if name is None or (own_only and settings.declared(name) is None):
        return
    origins = origins_of(settings, names)
    credentials = settings.value("CORS_ALLOW_CREDENTIALS")
    said = {"on": "true", "off": "false"}.get(switched(credentials), "unknown") if credentials is not None else "false"
    applied = "cors" in listed(settings.value("MIDDLEWARE"), is_wildcard=False).lower()
    methods = settings.value("CORS_ALLOW_METHODS")
    named = listed(methods) if methods is not None else ""
    details = (
        ("applied", "true" if applied else "false"),
        ("credentials", said),
        ("methods", "" if named == "unknown" else named),
        ("origins", origins),
    )
    yield Setting(api, "cors", origins, environment, settings.place(name), details)


def origins_of(settings: Settings, names: tuple[str, ...]) -> str:
    """The origins that the policy trusts."""
    everybody = [decided(settings, name) for name in names[:2] if settings.value(name) is not None]
    if "on" in everybody:
        return "*"
    known: list[str] = []
    for name in names[2:]:
        value = listed(settings.value(name)) if settings.value(name) is not None else ""
        if "REGEX" in name and OPEN_PATTERN & set(value.split(",")):
            return "reflected"
        known += [value] if value else []
    if "unknown" in everybody:
        known.append("unknown")
    return ",".join(known) or "none"


def decided(settings: Settings, name: str) -> str:
    """What a switch is, without what only a deployment asks for: `if os.environ.get("OPEN"): CORS_ALLOW_ALL_ORIGINS = True`."""
    module = settings.program.run.modules.get(settings.path)
    held = [each for each in module.file.body if sets(each, name)] if module is not None else []
    kept = [each for each in held if not is_left(settings, each, name)]
    if not held or (kept and is_either(kept[-1], name)):  # what comes from another module may be set both ways there
        ways = {switched(option) for option in options(settings.value(name))}
        return ways.pop() if len(ways) == 1 else "unknown"
    if len(kept) == len(held):
        return switched(settings.value(name))
    if module is not None and kept and isinstance(kept[-1], facts.Assign) and kept[-1].value is not None:
        return switched(settings.program.run.evaluate(kept[-1].value, module.scope))
    return "unknown"


def sets(statement: facts.Stmt, name: str) -> bool:
    """Whether a statement, or one of its branches, gives a name its value."""
    return any(
        isinstance(each, facts.Assign) and each.target == facts.Name(name) for each in flat_statements((statement,))
    )


def is_either(statement: facts.Stmt, name: str) -> bool:
    """Whether a test decides which of two values a name gets: `if DOMAIN == "localhost": SECURE = False`, otherwise `SECURE = True`."""
    if not isinstance(statement, facts.If):
        return False
    return any(sets(each, name) for each in statement.then) and any(sets(each, name) for each in statement.other)


def is_left(settings: Settings, statement: facts.Stmt, name: str) -> bool:
    """Whether a branch sets a name and is not taken where the environment says nothing."""
    module = settings.program.run.modules.get(settings.path)
    if module is None or not isinstance(statement, facts.If) or any(sets(each, name) for each in statement.other):
        return False
    test = settings.program.run.evaluate(statement.test, module.scope)
    for option in options(test):
        is_asked = isinstance(option, Made) and option.name in {"get", "getenv"} and len(option.positional) == 1
        return (is_asked and isinstance(option, Made) and not option.named) or switched(option) == "off"
    return False


def switched(value: Value | None) -> str:
    """`on`, `off` or `unknown`; a default that the environment may change counts when it is the unsafe one of a debug switch."""
    for option in options(value):
        match option:
            case Const():
                return "on" if option.value not in {False, "", "0", "False", "false", None} else "off"
            case Made():
                # of a section: the second argument is the name of the option
                is_of_section = option.name == "getboolean"
                default = option.named.get("fallback") if is_of_section else option.argument(1, "default")
                if isinstance(default, Const):
                    return switched(default)
    held = by_default(value)
    return "unknown" if held is None else "on" if held else "off"


def listed(value: Value | None, *, is_wildcard: bool = True) -> str:
    """A known list as a comma list; `*` when that is in it, `unknown` when it comes from elsewhere."""
    for option in options(value):
        if isinstance(option, Items):
            known = [item.value if isinstance(item, Const) and not item.is_default else None for item in option.items]
            if is_wildcard and "*" in known:
                return "*"
            if is_wildcard and (None in known or option.is_open):
                return "unknown"
            return ",".join(str(item) for item in known)
        if isinstance(option, Const) and isinstance(option.value, str):
            return option.value
    return "unknown"
