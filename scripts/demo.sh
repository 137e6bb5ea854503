#!/usr/bin/env bash
# Shows grader at work, from a bare machine on: every example of every assignment is graded and reported.
#
# A script rather than lines in the Makefile, to say at the end what each step took.
set -euo pipefail
cd "$(dirname "$0")/.."

whole="make demo"
. scripts/parts.sh

ground "set-up" scripts/setup.sh
ground "engine" scripts/docker.sh
ground "base image" scripts/base-image.sh
ground "images" .venv/bin/grader images build
ground "grade the examples" .venv/bin/grader check --reports reports/demo

verdict
printf 'the reports are in reports/demo\n'
