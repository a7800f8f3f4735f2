#!/usr/bin/env bash
# Two demos, and nginx in front of them. Ctrl-C ends all three.
set -euo pipefail
cd "$(dirname "$0")"
demo=../../demo/server.ts
node=../../node_modules/.bin/node

export DATABASE_URL="${DATABASE_URL:-postgres://postgres@127.0.0.1/latchkey}"
export SESSIONS_URL="${SESSIONS_URL:-redis://127.0.0.1}"
export ORIGIN=http://localhost:8080 TRUSTED_PROXIES=127.0.0.1
export PATH="$PATH:/usr/sbin"

# For nginx's own files, some of which are written by a user of its own.
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -r "$folder"' EXIT
trap exit INT TERM

for port in 3001 3002; do
  PORT=$port "$node" "$demo" &
  echo "The server on $port is process $!."
done
nginx -p "$folder" -c "$PWD/nginx.conf" &
wait
