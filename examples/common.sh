# Read by each example's `run`: a copy of the example in a temporary folder, a development database for each copy,
# and the words of the story. Leaves no server and no folder behind, however the story ends.
set -eu

example=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
repository=$(dirname -- "$(dirname -- "$example")")
# A server that runs as another user has to get into it.
stage=$(mktemp -d "${TMPDIR:-/tmp}/lockstep-example.XXXXXX")
chmod 755 "$stage"
# What the reader's shell says about databases is not meant for the stories.
unset CI NODE_ENV DATABASE_URL DIRECT_URL RUN_MIGRATIONS LOCKSTEP_TARGET LOCKSTEP_PROJECT LOCKSTEP_CONFIG
unset PGHOST PGHOSTADDR PGPORT PGUSER PGPASSWORD PGDATABASE PGSERVICE PGOPTIONS

# The command of this repository, or the installed one where the examples stand alone.
lockstep() {
  if [ -f "$repository/bin/lockstep.cjs" ]; then node "$repository/bin/lockstep.cjs" "$@"; else command lockstep "$@"; fi
}

end() {
  code=$?
  trap - EXIT INT TERM
  for folder in "$stage"/*/; do
    [ ! -f "$folder/.database" ] || (cd "$folder" && lockstep dev stop --quiet) >/dev/null 2>&1 || true
  done
  rm -rf "$stage"
  [ "$code" -eq 0 ] || printf '\nThe story ended with %s.\n' "$code" >&2
  exit "$code"
}
trap end EXIT
trap 'exit 130' INT TERM

[ -d "$repository/dist" ] || (cd "$repository" && npm run -s build)

# A part of the story begins.
say() { printf '\n# %s\n' "$*"; }

# Shows a command and runs it.
run() {
  printf '$ lockstep %s\n' "$*"
  lockstep "$@" 2>&1
}

# The same, for a command whose data goes into a file, which comes first.
into() {
  file=$1
  shift
  printf '$ lockstep %s >%s\n' "$*" "$file"
  lockstep "$@" >"$file"
}

# The same, for a command that has to be refused.
refused() {
  printf '$ lockstep %s\n' "$*"
  if lockstep "$@" 2>&1; then
    echo 'This should have been refused.' >&2
    exit 1
  fi
}

# Goes into a copy of the example (or of a part of it), with a database of its own that is empty.
enter() {
  mkdir -p "$stage/$1"
  cp -R "$example/${2:-.}/." "$stage/$1"
  rm -f "$stage/$1/run" "$stage/$1/README.md"
  back_to "$1"
  : >.database
  lockstep dev start --quiet >/dev/null 2>&1
  back_to "$1"
}

# Goes into a copy that was made before.
back_to() {
  cd "$stage/$1"
  unset DATABASE_URL
  [ -f .database ] || return 0
  DATABASE_URL=$(lockstep dev url --quiet)
  export DATABASE_URL
}

# What the application would do: one statement, its rows on stdout.
query() { node "$repository/examples/query.mjs" "$1"; }

# Fails, with both in view, when two things that must be equal are not.
equal() {
  [ "$1" = "$2" ] && return
  printf 'These differ:\n%s\n%s\n' "$1" "$2" >&2
  exit 1
}
