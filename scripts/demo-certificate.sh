#!/usr/bin/env bash
# From a submission to what a stranger makes of its certificate, in a data folder of its own, for `make demo`.
#
# The issuer is DEMO, who alone may certify an example, and certifies nothing by it: certificate and `verify` say so.
set -euo pipefail
cd "$(dirname "$0")/.."

export GRADER_HOME=.build/demo GRADER_ISSUER=DEMO GRADER_PUBLIC_URL=https://demo.example
unset GRADER_REDIS_URL GRADER_DATABASE_URL GRADER_LEDGER_URL
grader=.venv/bin/grader
out=reports/demo
work=assignments/sorting-searching/examples/reference

rm -rf "$GRADER_HOME" "$out/site" "$out"/ada.*
mkdir -p "$out"
"$grader" keys new
"$grader" course demo --tenancy single # what a certificate takes
report=$("$grader" submit sorting-searching "$work" --course demo --learner ada --json)
attempt=$(.venv/bin/python -c 'import json, sys; print(json.load(sys.stdin)["attempt"])' <<<"$report")
"$grader" certify "$attempt" --name "Ada Example" --out "$out/ada.certificate.zip" \
    --page "$out/ada.html" --pdf "$out/ada.pdf" --badge "$out/ada.png"
"$grader" keys show --trust >"$out/trust.toml"
"$grader" ledger export "$out/site"
printf '\n'
"$grader" verify "$out/ada.certificate.zip" --trust "$out/trust.toml"
printf '\na page that looks at it in a browser: %s\n' "$out/site/verify.html"
