#!/usr/bin/env bash
# The service account that Restorewatch watches with, by the Atlas CLI (1.50 or newer) and jq: atlas-cli.sh ORG_ID ADDRESS PROJECT_ID …
# ADDRESS is where Restorewatch calls from, as 203.0.113.7. Prints the lines for the environment; the secret is shown this once. Not run by us: commands and
# fields are those of MongoDB's documentation (mongodb.com/docs/atlas/cli/current/command/atlas-api-serviceAccounts).
set -euo pipefail
org=${1:?ORG_ID is missing} address=${2:?ADDRESS is missing}
shift 2
(($# > 0)) || { echo 'name at least one PROJECT_ID' >&2; exit 2; }

# ORG_MEMBER is enough instead of ORG_READ_ONLY, and then nobody warns before the secret expires.
account='{"name": "restorewatch", "description": "Watches backups and reads only", "roles": ["ORG_READ_ONLY"], "secretExpiresAfterHours": 8760}'
made=$(atlas api serviceAccounts createOrgServiceAccount --orgId "$org" <<<"$account")
client=$(jq -er .clientId <<<"$made")
printf 'ATLAS_CLIENT_ID=%s\nATLAS_CLIENT_SECRET=%s\n' "$client" "$(jq -er '.secrets[0].secret' <<<"$made")"

for project in "$@"; do
  atlas api serviceAccounts inviteGroupServiceAccount --groupId "$project" --clientId "$client" <<<'{"roles": ["GROUP_READ_ONLY"]}' >&2
done
jq -n --arg address "$address" '[{ipAddress: $address}]' |
  atlas api serviceAccounts createOrgServiceAccountAccessList --orgId "$org" --clientId "$client" >&2
