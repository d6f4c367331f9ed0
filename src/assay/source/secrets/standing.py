"""What a file is to somebody who looks for secrets: which are searched, and where a secret does less harm."""

import re

from assay.model.secret import Standing

UNQUOTED = frozenset(
    {".cfg", ".conf", ".config", ".env", ".ini", ".properties", ".sh", ".tfvars", ".yaml", ".yml", "dockerfile"}
    | {".bat", ".cmd", ".npmrc", ".pypirc", ".service"}
)
"""Endings of files in which a value needs no quotes."""
LOCKS = frozenset(
    {
        "bun.lock",
        "cargo.lock",
        "composer.lock",
        "package-lock.json",
        "packages.lock.json",
        "npm-shrinkwrap.json",
        "pdm.lock",
    }
    | {"pipfile.lock", "pnpm-lock.yaml", "poetry.lock", "uv.lock", "yarn.lock", "project.assets.json"}
)
"""Files of hashes that a package installer wrote."""
PACKED = re.compile(
    r"(?i)\.(?:min|bundle|chunk)\.(?:js|css)$|\.(?:map|snap|resx|po|pot|svg|lock)$|[/.-]locale[/s]"
    r"|/(?:i18n|lang|locales?|translations|locali[sz]ation)/"
)
WIDE = 5_000
"""Bytes a line on average, from which on nobody wrote a file."""
TEST = re.compile(
    r"(?i)(?:^|[/._-])(?:tests?|specs?|testing|k6|gatling|jmeter|locust|__tests__|testdata|fixtures?|mocks?|fakes?|e2e|test_?suites?|conftest|cypress|playwright|stories|integrationtests?|unittests?)(?:[/._-]|$)"
    r"|(?:Tests?|Specs?|Fixtures?|Mock)(?:\.\w+)?(?:/|\.\w+$)|(?:^|/)(?:pytest|tox)\.ini$"
)
EXAMPLE = re.compile(
    r"(?i)(?:^|[/._-])(?:examples?|samples?|docs?|documentation|templates?|dist|tutorials?|demos?|sandbox(?:es)?|playgrounds?|cookbook|contrib|snippets?)(?:[/._-]|$)|\.(?:md|rst|adoc)$"
)
DEVELOPMENT = re.compile(
    r"(?i)(?:^|[/._-])(?:dev|devel|development|local|localhost|debug|ci|circleci|\.github|\.devcontainer|launchsettings|scripts|benchmarks?)(?:[/._-]|$)"
    r"|\.(?:http|rest)$|(?:^|/)(?:docker-)?compose(?![\w.-]*prod)[\w.-]*\.ya?ml$|compose\.override|DesignTime\w*Factory|(?:^|/)(?:Sample|Demo|Dummy)(?:Data|Db|Database)\w*\.cs$"
    r"|(?:^|/)(?:appveyor|azure-pipelines|bitbucket-pipelines|cloudbuild|\.travis)\.ya?ml$"
)
SEED = re.compile(r"(?i)(?:^|[/._-])(?:seeds?|seeders?)(?:[/._-].*)?(?<!\.cs)$")
"""What fills a store when somebody runs it. In C# it runs when the program starts."""
LIBRARY = re.compile(
    r"(?i)(?:^|/)(?:wwwroot|static|public|assets|content)/(?:[\w.-]+/)?(?:libs?|vendors?|plugins|bower_components)/.*\.(?:js|mjs|ts|css|html)$"
)
"""Where pages keep the libraries of others, as a package manager of the browser lays them out."""


def ending(path: str) -> str:
    """The ending of a file's name in lower case; the whole name of a Dockerfile, and `.env` of every kind of it."""
    name = path.rpartition("/")[2].lower()
    if name.startswith(".env") or name.endswith(".env"):
        return ".env"
    if name.startswith("dockerfile"):
        return "dockerfile"
    return name[name.rfind(".") :] if "." in name else name


def is_searched(path: str) -> bool:
    """Whether a file is one that people write."""
    name = path.rpartition("/")[2].lower()
    return name not in LOCKS and PACKED.search(path) is None and LIBRARY.search(path) is None


def is_packed(source: bytes) -> bool:
    """Whether a machine packed a file, so that it has hardly a line."""
    return len(source) > 4 * WIDE and len(source) > WIDE * (source.count(b"\n") + 1)


def standing(path: str, *, is_test: bool) -> Standing:
    """What a file is, by its name and by what the survey of the tree said."""
    if is_test or TEST.search(path):
        return Standing.TEST
    if EXAMPLE.search(path):
        return Standing.EXAMPLE
    return Standing.DEVELOPMENT if DEVELOPMENT.search(path) or SEED.search(path) else Standing.PRODUCT
