"""The version of the verifier; it is also where the build reads it."""

VERSION = "0.1.0"
