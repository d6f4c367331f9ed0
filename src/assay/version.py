"""The version of Assay, as a literal, so that asking for it costs nothing."""

VERSION = "0.1.0"
