"""A pack: what an auditor gets of the ledger, as plain files in a zip, which `assay-verify` or `sha256sum` and `openssl` verify.

`selection` says which entries go in, `proofs` what leads from them to the signed head, `keys` whose they are, `attached` adds the
bytes that entries name, `manifest` lists and signs all of it, `archive` writes it, `leaflet` explains it to its reader, and `export` puts
them together. Reports that other rooms make (SARIF, OSCAL, a page for people) are passed in as files. The same ledger gives the same bytes.

The verifier stands in `verify/` and imports nothing of this; docs/evidence-packs.md is what both are written from.
"""
