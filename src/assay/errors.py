"""The exception tree: everything that a user can mend.

AssayError                  printed by the command line, exit code 2
├── UsageError              a flag or an argument is wrong
├── ConfigurationError      assay.toml, a baseline or a suppression is wrong
├── PluginError             a rule, framework, report or catalog file is wrong (names the file and the mend)
├── CatalogError            a catalog or the mapping is wrong
├── LedgerError             an entry, checkpoint, envelope, key or ledger file is not what it must be
└── RevisionError           git does not know a revision, or there is no git

What goes wrong with one file, endpoint or host is no exception but a `Skipped` value.
"""


class AssayError(Exception):
    """A failure that its reader can mend: the message says what, where and the mend."""


class UsageError(AssayError):
    """A flag or an argument is wrong."""


class ConfigurationError(AssayError):
    """A settings file, baseline or suppression is wrong."""


class PluginError(AssayError):
    """A plug-in file is wrong."""


class CatalogError(AssayError):
    """A catalog or the weakness mapping is wrong."""


class RevisionError(AssayError):
    """A git revision cannot be read."""


class LedgerError(AssayError):
    """An entry, checkpoint, envelope, key or ledger file is not what it must be."""
