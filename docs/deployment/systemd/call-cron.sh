#!/bin/sh
# call-cron.sh ROUTE: calls /api/cron/ROUTE of the server on this machine, with CRON_SECRET and PORT of the environment. Prints the answer; fails unless
# it is 2xx. The secret goes to curl by standard input, since the arguments of a program are open to everybody on the machine.
set -eu
route=${1:?which route: check, dispatch, restore-test or drill}
: "${CRON_SECRET:?is not set}"
printf 'header = "Authorization: Bearer %s"\n' "$CRON_SECRET" |
  curl --config - --silent --show-error --fail-with-body --max-time 300 "http://127.0.0.1:${PORT:-3000}/api/cron/$route?trigger=systemd"
