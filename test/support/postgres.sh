# Runs a throw-away Postgres in $1 on port $2, with the options $3, until its input ends.
set -e
initdb --pgdata="$1/data" --username=postgres --auth=trust --no-sync --no-locale --encoding=UTF8 >"$1/initdb.log" 2>&1 || {
  cat "$1/initdb.log" >&2
  exit 1
}
pg_ctl --pgdata="$1/data" --log="$1/server.log" --wait start \
  --options="$3 -c max_connections=200 -c listen_addresses=127.0.0.1 -p $2 -k $1" >/dev/null || {
  cat "$1/server.log" >&2
  exit 1
}
echo ready
cat >/dev/null
pg_ctl --pgdata="$1/data" --mode=immediate stop >/dev/null || true
rm -rf "$1"
