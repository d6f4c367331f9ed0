"""`python -m assay_verify`."""

from assay_verify.command import run

run()
