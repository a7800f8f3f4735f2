# Starts the database servers that the tests need, where there are none, for as long as the calling script runs.

folders=()
servers=()

stop_databases() {
  for server in "${servers[@]}"; do kill "$server" 2>/dev/null || true; done
  wait
  for folder in "${folders[@]}"; do rm -rf "$folder"; done
}
trap stop_databases EXIT

# A folder that the server's user may write.
server_folder() {
  folder=$(mktemp -d)
  folders+=("$folder")
  if [ "$(id -u)" -eq 0 ]; then chown "$1" "$folder"; fi
}

# Servers refuse to run as root. In the background, the process itself becomes the server: it is the one to stop.
as_user() {
  local command=("${@:2}")
  if [ "$(id -u)" -eq 0 ]; then command=(setpriv --reuid "$1" --regid "$1" --init-groups -- "${command[@]}"); fi
  if [ "$BASHPID" = "$$" ]; then "${command[@]}"; else exec "${command[@]}"; fi
}

wait_until() {
  for _ in $(seq 100); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.2
  done
  echo "This never succeeded: $*" >&2
  exit 1
}

postgres_programs() {
  find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1
}

start_postgres() {
  server_folder postgres
  local programs
  programs=$(postgres_programs)
  as_user postgres "$programs/initdb" --pgdata "$folder/data" --auth trust --username postgres --encoding UTF8 >/dev/null
  as_user postgres "$programs/postgres" -D "$folder/data" -p 55432 -k "$folder" -c fsync=off -c log_min_messages=fatal &
  servers+=($!)
  wait_until "$programs/pg_isready" --host 127.0.0.1 --port 55432
  export POSTGRES_URL=postgres://postgres@127.0.0.1:55432/postgres
}

start_mariadb() {
  server_folder mysql
  mariadb-install-db --user=mysql --datadir="$folder/data" --auth-root-authentication-method=normal >/dev/null
  mariadbd --no-defaults --user=mysql --datadir="$folder/data" --port=53306 --bind-address=127.0.0.1 \
    --socket="$folder/socket" --pid-file="$folder/pid" --innodb-flush-log-at-trx-commit=0 >"$folder/log" 2>&1 &
  servers+=($!)
  wait_until mariadb-admin --host=127.0.0.1 --port=53306 --user=root ping
  export MYSQL_URL=mysql://root@127.0.0.1:53306/
}

start_redis() {
  server_folder redis
  as_user redis redis-server --port 56379 --bind 127.0.0.1 --dir "$folder" --save '' --appendonly no >"$folder/log" 2>&1 &
  servers+=($!)
  wait_until redis-cli -h 127.0.0.1 -p 56379 ping
  export REDIS_URL=redis://127.0.0.1:56379
}

# Some tests start servers of their own, which they may kill: the programs are needed wherever the shared servers are.

heading 'PostgreSQL for the tests of its store'
if [ -z "$(postgres_programs)" ]; then install postgresql 'Install it.'; fi
if [ -n "${POSTGRES_URL:-}" ] || psql --no-password --host 127.0.0.1 --user postgres --command 'SELECT 1' 2>/dev/null; then
  echo 'It is here.'
else
  start_postgres
fi

heading 'PgBouncer for the tests of named statements'
if PATH=$PATH:/usr/sbin command -v pgbouncer; then
  echo 'It is here.'
else
  install pgbouncer 'Install it.'
fi

heading 'MariaDB for the tests of the MySQL store'
if ! command -v mariadbd mariadb-install-db; then install mariadb-server 'Install it.'; fi
if [ -n "${MYSQL_URL:-}" ] || mariadb --host=127.0.0.1 --user=root --execute='SELECT 1' 2>/dev/null; then
  echo 'It is here.'
else
  start_mariadb
fi

heading 'Redis for the tests of its counters and sessions'
if ! command -v redis-server redis-cli; then install redis-server 'Install it.'; fi
if [ -n "${REDIS_URL:-}" ] || redis-cli -h 127.0.0.1 ping 2>/dev/null; then
  echo 'It is here.'
else
  start_redis
fi
