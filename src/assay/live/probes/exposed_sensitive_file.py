"""Files that hold secrets or the source code are served.

## What it finds

Environment files, version control folders, backups, dumps, keys and settings at their usual paths, known by their
content. The first 2 KB are read, never the whole.

## Why it matters

One such file often holds every password of the system.

## Bad

```http
GET /.env

HTTP/1.1 200 OK
Content-Type: text/plain

APP_NAME=shop
DB_PASSWORD=hunter2hunter2
APP_KEY=base64:abcdefghijk
```

```http
GET /.git/HEAD

HTTP/1.1 200 OK
Content-Type: application/octet-stream

ref: refs/heads/main
```

## Good

```http
GET /*

HTTP/1.1 200 OK
Content-Type: text/html

<!doctype html><title>Shop</title><div id=app></div>
```

```http
GET /.env

HTTP/1.1 403 Forbidden
Content-Type: text/html

<h1>Forbidden</h1>
```

## How to fix

Keep such files out of the folder that is served, let the server refuse names that begin with a dot, and change every
secret that was in them.

## What it cannot see

Only usual names are asked for. What every path is answered with is no file.

## References

CWE-538; CWE-527; OWASP API8:2023.
"""

import re

from assay.live.lookup import Thing, begins, failures, keys, search, text
from assay.live.ruling import passed, unanswered
from assay.live.subjects import once
from assay.model.exchange import Response
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

SQL = r"^(?:-- (?:MySQL|PostgreSQL) (?:dump|database dump)|CREATE TABLE |INSERT INTO |/\*!\d{5} SET )"
SETTING = r'\A\s*\{[\s\S]*"\w*(?:password|secret|private_?key|api_?key)\w*"\s*:\s*"(?![*x<]|")'
CRITICAL, HIGH, MEDIUM = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM
ASSIGNMENT = re.compile(r"(?:export )?[A-Za-z_]\w*\s*=")
SECRET = re.compile(
    r"^(?:export )?\w*(?:SECRET|KEY|TOKEN|PASS|PASSWORD|PWD|DSN|URL|DATABASE|HOST)\w*\s*=\s*\S",
    re.IGNORECASE | re.MULTILINE,
)


def is_environment(answer: Response) -> bool:
    """A file of assignments and nothing else, one of which is of the kind that is kept secret. Its end may be cut off."""
    lines = [line.strip() for line in answer.text.splitlines()[:-1] or answer.text.splitlines()]
    told = [line for line in lines if line and not line.startswith("#")]
    return bool(told) and not answer.is_html and all(map(ASSIGNMENT.match, told)) and bool(SECRET.search(answer.text))


THINGS = (
    Thing("/.env", "the environment file", CRITICAL, is_environment),
    Thing("/.env.local", "an environment file", CRITICAL, is_environment),
    Thing("/.env.production", "an environment file", CRITICAL, is_environment),
    Thing("/.git/HEAD", "its git folder", HIGH, text(r"\A(?:ref: refs/\S+|[0-9a-f]{40})\s*\Z")),
    Thing("/.git/config", "its git folder", HIGH, text(r"^\[core\]")),
    Thing("/.svn/wc.db", "its Subversion folder", HIGH, begins(b"SQLite format 3")),
    Thing("/.hg/requires", "its Mercurial folder", HIGH, text(r"\A(?:[a-z0-9-]+\n)*(?:revlogv1|store|dotencode)$")),
    Thing("/.DS_Store", "a folder listing of macOS", MEDIUM, begins(b"\0\0\0\x01Bud1")),
    Thing("/.htpasswd", "a password file", CRITICAL, text(r"\A[\w.@-]+:(?:\$(?:apr1|2[aby]|5|6)\$|\{SHA\})")),
    Thing("/.aws/credentials", "cloud credentials", CRITICAL, text(r"^aws_(?:secret_)?access_key(?:_id)?\s*=")),
    Thing("/.npmrc", "registry credentials", CRITICAL, text(r"_auth(?:Token)?\s*=\s*\S+")),
    Thing("/id_rsa", "a private key", CRITICAL, text(r"\A-----BEGIN (?:\w+ )?PRIVATE KEY-----")),
    Thing("/server.key", "a private key", CRITICAL, text(r"\A-----BEGIN (?:\w+ )?PRIVATE KEY-----")),
    Thing("/backup.sql", "a database dump", CRITICAL, text(SQL)),
    Thing("/database.sql", "a database dump", CRITICAL, text(SQL)),
    Thing("/backup.zip", "a backup", HIGH, begins(b"PK\x03\x04")),
    Thing("/backup.tar.gz", "a backup", HIGH, begins(b"\x1f\x8b\x08")),
    Thing("/db.sqlite3", "a database", CRITICAL, begins(b"SQLite format 3")),
    Thing("/appsettings.json", "its settings", HIGH, keys("ConnectionStrings")),
    Thing(
        "/web.config",
        "its settings",
        HIGH,
        text(r"<configuration>[\s\S]*<(?:system\.web|connectionStrings|appSettings)"),
    ),
    Thing("/config.json", "its settings", HIGH, text(SETTING)),
    Thing("/docker-compose.yml", "its deployment", MEDIUM, text(r"^services:\s*$[\s\S]*^\s+(?:image|build):")),
)
FIX = "Keep the file out of the folder that is served, and change every secret that was in it."


def run(target: Target, subject: Subject) -> Play:
    """Ask for each file, know it by its content."""
    result = yield from search(target, THINGS)
    if result.found:
        return failures(result, "The API serves {what} at {path}.", FIX)
    if result.unanswered:
        return unanswered(*result.unanswered)
    return passed(f"None of {len(THINGS)} files that hold secrets or code is served at its usual path.")


PROBE = Probe(
    id="AP431",
    name="exposed-sensitive-file",
    title="Files that hold secrets or code are served",
    weakness="exposed-sensitive-file",
    severity=Severity.CRITICAL,
    family="sensitive-file",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="APIs serve no files that hold secrets or code",
)
