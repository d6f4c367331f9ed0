"""The inside of the API can be looked at from outside.

## What it finds

Actuators, metrics, profilers, consoles and error logs at their usual paths, known by their content. A health check
that tells its state and nothing else is wanted, and no defect.

## Why it matters

They show settings, memory and requests of others; some run what is typed into them.

## Bad

```http
GET /actuator/env

HTTP/1.1 200 OK
Content-Type: application/vnd.spring-boot.actuator.v3+json

{"activeProfiles": [], "propertySources": [{"name": "systemProperties"}]}
```

```http
GET /metrics

HTTP/1.1 200 OK
Content-Type: text/plain; version=0.0.4

# HELP http_requests_total Requests
# TYPE http_requests_total counter
http_requests_total{path="/orders"} 3
```

## Good

```http
GET /actuator/health

HTTP/1.1 200 OK
Content-Type: application/json

{"status": "UP"}
###
GET /metrics

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
```

```http
GET /*

HTTP/1.1 200 OK
Content-Type: text/plain

# HELP everything is answered with this page
# TYPE x counter
```

## How to fix

Bind them to an inner port or address, or demand an administrator; switch debug modes off in production.

## What it cannot see

Only usual paths are asked for, with GET or HEAD; a heap dump is never read.

## References

CWE-489; CWE-215; OWASP API8:2023.
"""

from assay.live.lookup import Thing, failures, keys, search, text
from assay.live.ruling import passed, unanswered
from assay.live.subjects import once
from assay.model.exchange import Response
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW
PROMETHEUS = text(r"^# (?:HELP|TYPE) \w+[\s\S]*^[a-z_:][\w:]*(?:\{[^}\n]*\})? [0-9.eE+NaInf-]+")

CONSOLE = text(r"Werkzeug[\s\S]*Interactive Console|Interactive Console[\s\S]*Werkzeug|EVALEX = true", html=True)


def is_dump(answer: Response) -> bool:
    """A heap dump, by what its headers say."""
    size = answer.header("content-length")
    return (
        answer.media in {"application/octet-stream", "application/x-gzip"} and size.isdecimal() and int(size) > 100_000
    )


THINGS = (
    Thing("/actuator", "the index of its actuators", LOW, keys("_links", "self")),
    Thing("/actuator/env", "its settings (Spring actuator)", HIGH, keys("propertySources")),
    Thing("/actuator/configprops", "its settings (Spring actuator)", HIGH, keys("contexts", "beans")),
    Thing("/actuator/mappings", "its routes (Spring actuator)", MEDIUM, keys("contexts", "mappings")),
    Thing("/actuator/heapdump", "a dump of its memory (Spring actuator)", HIGH, is_dump, "HEAD"),
    Thing("/actuator/httpexchanges", "requests of others (Spring actuator)", HIGH, keys("exchanges")),
    Thing("/actuator/prometheus", "its metrics", MEDIUM, PROMETHEUS),
    Thing("/env", "its settings (Spring actuator)", HIGH, keys("systemProperties")),
    Thing("/metrics", "its metrics", MEDIUM, PROMETHEUS),
    Thing("/debug/vars", "its memory statistics and command line (Go)", HIGH, keys("cmdline", "memstats")),
    Thing("/debug/pprof/", "its profiler (Go)", HIGH, text(r"Types of profiles available", html=True)),
    Thing(
        "/server-status", "the status of its server (Apache)", MEDIUM, text(r"<title>Apache Status</title>", html=True)
    ),
    Thing("/nginx_status", "the status of its server (nginx)", LOW, text(r"\AActive connections: \d+")),
    Thing("/phpinfo.php", "phpinfo()", HIGH, text(r"<title>(?:PHP \S+ - )?phpinfo\(\)</title>", html=True)),
    Thing("/console", "an interactive console (Werkzeug)", Severity.CRITICAL, CONSOLE),
    Thing("/h2-console", "a database console (H2)", HIGH, text(r"<title>H2 Console</title>", html=True)),
    Thing("/elmah.axd", "its error log (ELMAH)", HIGH, text(r"Error Log for|powered by.*ELMAH", html=True)),
    Thing(
        "/trace.axd",
        "its trace log (ASP.NET)",
        HIGH,
        text(r"Application Trace|Requests to this Application", html=True),
    ),
    Thing("/_profiler", "its profiler (Symfony)", HIGH, text(r"<title>Symfony Profiler</title>", html=True)),
    Thing("/telescope", "its debug assistant (Laravel Telescope)", HIGH, text(r"<title>Telescope", html=True)),
    Thing("/jolokia/version", "its management interface (Jolokia)", HIGH, keys("agent", "protocol")),
    Thing("/hangfire", "its job dashboard (Hangfire)", HIGH, text(r"<title>[^<]*Hangfire Dashboard", html=True)),
)
FIX = "Bind it to an inner address, or demand an administrator."


def run(target: Target, subject: Subject) -> Play:
    """Ask for each, know it by its content."""
    result = yield from search(target, THINGS)
    if result.found:
        return failures(result, "The API serves {what} at {path} to everybody.", FIX)
    if result.unanswered:
        return unanswered(*result.unanswered)
    return passed(f"None of {len(THINGS)} views of the inside is open at its usual path.")


PROBE = Probe(
    id="AP432",
    name="exposed-debug-endpoint",
    title="The inside can be looked at from outside",
    weakness="debug-enabled",
    severity=Severity.HIGH,
    family="debug-endpoint",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="APIs keep their inside to themselves",
)
