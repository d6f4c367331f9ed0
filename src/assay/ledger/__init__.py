"""Remembering: an append-only chain of entries with signed heads, which a reader verifies without trusting its keeper.

`canonical` gives each value its one spelling, `chain` seals entries one upon the other, `merkle` proves that an entry is
among them, `checkpoint` and `dsse` carry signatures that `sign` makes and `rotation` hands on, `store` keeps it all in one
SQLite file.

May import `model`, `plugins` and `errors`, never another room. The time and the keys are passed in. To add a kind of entry: nothing
is needed here, an entry's type is a word and its body is JSON. To add a store: implement `store.Store`, which
`tests/ledger/test_store.py` holds to its word.
"""
