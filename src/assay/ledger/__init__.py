"""Remembering: an append-only chain of entries with signed heads, which a reader verifies without trusting its keeper.

What is kept: `canonical` gives each value its one spelling, `encoding` each noun of the model its JSON form, `chain` seals entries one upon
the other, `merkle` and `tiles` prove that an entry is among them, `checkpoint` and `dsse` carry signatures that `sign` makes and
`rotation` hands on, `keyring` says whose key counts when. `store` is what a store must do, `sqlite` and `opening` do it in one file,
`session` is how anything is written, `heads` keeps the newest head beside it, `integrity` reads everything anew.

What follows from it: `standing` compares a run with the one before, `history` derives the state of a finding (with `strictness`),
`recall` reads facts back as of a moment, `timeline` tells the chain of one finding, `cadence` the slots that were filled,
`judgement` what the evidence lacks (`evidence_pages` explains each rule of it), `sampling` draws samples, `pack` exports.
Of what people keep books on: `access` and `deployment` (rights, what went live), `policy_standing`, each with its judgement;
`boundary` says which controls others answer for, `retention` what may go, `redaction` keys what was taken out, `stamping` dates heads.

May import `model`, `plugins` and `errors`, never another room. The time and the keys are passed in. To add a type of entry: a noun in
`model.evidence` or `model.decision`, one line in `encoding.KINDS`. To add a store: implement `store.Store`, which
`tests/ledger/test_store.py` holds to its word.
"""
