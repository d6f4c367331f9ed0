"""Recognises what servers say of their inside when they fail: stack traces and debug pages."""

import html
import re

FRAMES = {
    "Python": re.compile(r'File "[^"\n]+", line \d+, in '),
    "Java": re.compile(r"\bat [\w$.]+\.[\w$<>]+\((?:[\w$]+\.(?:java|kt|scala):\d+|Native Method|Unknown Source)\)"),
    ".NET": re.compile(r"\bat [\w.`<>\[\], ]+\([^)\n]*\)(?: in [^\n]+:line \d+|\s)"),
    "Node.js": re.compile(r"\bat (?:[\w.<>\[\] ]+ \()?(?:file://|node:|/|[A-Z]:\\)[^\s()]+:\d+:\d+\)?"),
    "PHP": re.compile(r"#\d+ [^\s(]+\.php\(\d+\): "),
    "Ruby": re.compile(r"[\w/.-]+\.rb:\d+:in [`'‘]"),
    "Go": re.compile(r"^\s+/?[\w/.@-]+\.go:\d+(?: \+0x[0-9a-f]+)?$", re.MULTILINE),
}
"""A frame of a stack in each language; two make a stack."""
PAGES = {
    "the Werkzeug debugger": re.compile(r"Werkzeug Debugger|__debugger__=yes"),
    "the debug page of Django": re.compile(
        r"(?:seeing this error because you have|DEBUG = True</code> in your Django settings)", re.IGNORECASE
    ),
    "the debug page of Laravel": re.compile(r"Illuminate\\\\?[\w\\]+|facade/ignition|Whoops\\\\?Exception"),
    "the developer page of ASP.NET Core": re.compile(r"An unhandled exception occurred while processing the request\."),
    "the error page of ASP.NET": re.compile(r"Server Error in '[^']*' Application[\s\S]{0,4000}Stack Trace:"),
    "the debug page of Rails": re.compile(r"Action Controller: Exception caught|<h2[^>]*>Extracted source"),
    "the debug page of Starlette": re.compile(r"<title>Starlette Debugger</title>"),
    "the debug page of Symfony": re.compile(r"Symfony Exception|sf-exceptionreset"),
    "the debug page of Express": re.compile(r"<pre>\w*Error: [\s\S]{0,400}?<br>\s*(?:&nbsp;|\s)+at "),
}


def trace(text: str) -> str:
    """The language whose stack a text shows, by two frames or more; "" when it shows none."""
    plain = html.unescape(text.replace("\\n", "\n").replace("<br>", "\n").replace('\\"', '"'))
    for language, frame in FRAMES.items():
        if len(frame.findall(plain)) > 1:
            return language
    if "Traceback (most recent call last)" in plain and FRAMES["Python"].search(plain):
        return "Python"
    return ""


def debug_page(text: str) -> str:
    """The debug page that a text is; "" when it is none."""
    return next((name for name, mark in PAGES.items() if mark.search(text)), "")
