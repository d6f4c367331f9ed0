"""Verifies an evidence pack with nothing but the pack and a key fingerprint that came another way.

It stands alone: the standard library and `cryptography`, no network, nothing of Assay. Every format is read here a second time, from
its specification and not from the code that writes it, so that a fault of the writer is not repeated by the reader.

`archive` gives the files of a pack, `text` reads JSON strictly, `keys` says whom to trust, `signed` opens notes and envelopes, `tree`
and `ledger` follow the chain, `listing` compares files with the manifest, `verification` takes one step after the other, `command`
and `shown` speak.
"""
