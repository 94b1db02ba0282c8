#!/bin/sh
# call-cron.sh ROUTE: calls /api/cron/ROUTE of the server on this machine, with CRON_SECRET and PORT of the environment. Prints the answer; fails unless
# it is 2xx: by --max-redirs 0 a redirect fails too. The secret goes to curl by standard input, since everybody on the machine can read the arguments of a
# program.
set -eu
route=${1:?which route: check, dispatch, restore-test or drill}
: "${CRON_SECRET:?is not set}"
printf 'Authorization: Bearer %s\n' "$CRON_SECRET" |
  curl --header @- --silent --show-error --fail-with-body --location --max-redirs 0 --max-time 300 "http://127.0.0.1:${PORT:-3000}/api/cron/$route?trigger=systemd"
