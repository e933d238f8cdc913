#!/usr/bin/env bash
# Snakemake runs this in the new environment, from the folder in which the workflow runs.
set -euo pipefail
python -m pip install --require-hashes -r envs/exports.txt
