"""Speak: one writer a report, each from the same assessment; the same assessment gives the same bytes.

May import `model`, `plugins`, `errors` and `outline`, the words that several reports share; no report imports another. To add a
report: one file (or folder) that binds `REPORT`, with a docstring that says what it is for. Libraries that only one report
needs are imported when it writes (a file whose name begins with `_`), so that the others start without them. Whatever a
project's author may have written is escaped for the format, and control characters never get out (`outline.text`).
"""
