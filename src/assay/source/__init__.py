"""The source room: code becomes an inventory of endpoints, guards and settings.

Order of work: files (discover, classify) - gate (which files can matter) - languages (syntax to facts) - evaluate (facts to values and
events, following imports, calls and inheritance) - frameworks (events to endpoints and guards) - assemble (one inventory).
May import `model`, `plugins`, `errors`. Only `languages` imports a parser; only `files`, `listing`, `cache` and `snapshot` touch the disk;
all others ask `project`.
Add a web framework as a folder of `frameworks/`, a language as a module of `languages/`.
"""
