# What script/server and script/test share: the machine's packages, the Python environment, stamps. Sourced by them.
# shellcheck shell=bash

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
VENV="$ROOT/.venv"
# The distribution's own Python, where another comes first on the path, has an environment of its own.
SYSTEM_PYTHON=/usr/bin/python3
SYSTEM_VENV="$ROOT/.venv-system"

# Drawing the PDF needs Pango and HarfBuzz; the Noto fonts have the scripts that our own fonts lack.
SYSTEM_PACKAGES=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-core)

# What Python compiles is kept: to compile it again takes most of a start.
unset PYTHONDONTWRITEBYTECODE

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

is_installed() { # PACKAGE
  [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]
}

missing_packages() { # PACKAGE...: those that are not installed, on one line
  local package missing=()
  for package in "$@"; do is_installed "$package" || missing+=("$package"); done
  printf '%s' "${missing[*]:-}"
}

as_root() { # COMMAND...: fails where nobody here may do it
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then sudo "$@"
  else return 1
  fi
}

install_packages() { # PACKAGE...: what is missing of them, through apt; 1 where that is not possible
  local missing log
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || return 1
  missing="$(missing_packages "$@")"
  [ -n "$missing" ] || return 0
  say "Installing through apt: $missing"
  log="$(mktemp)"
  # shellcheck disable=SC2086
  if as_root env DEBIAN_FRONTEND=noninteractive sh -c \
    "apt-get update -qq; apt-get install -y -qq --no-install-recommends $missing" </dev/null >"$log" 2>&1
  then rm -f "$log"; return 0
  fi
  tail -n 3 "$log" >&2; rm -f "$log"
  return 1
}

find_python() { # prints the first Python that is 3.11.2 or newer
  local name
  for name in ${PYTHON:-} python3 python3.11 python3.12 python3.13 python3.14; do
    if interpreter_of "$name" >/dev/null; then command -v "$name"; return 0; fi
  done
  return 1
}

interpreter_of() { # PYTHON: prints which one it is, whatever its name; fails where it is missing or too old
  command -v "$1" >/dev/null &&
    "$1" -c 'import sys; print(sys.base_prefix, sys.version); sys.exit(sys.version_info < (3, 11, 2))' 2>/dev/null
}

has_system_python() { # whether the distribution has a Python that is another than the first on the path
  local found
  found="$(interpreter_of "$SYSTEM_PYTHON")" && [ "$found" != "$(interpreter_of "$(PYTHON='' find_python)")" ]
}

make_venv() { # makes $VENV, through apt's python3-venv where the machine's Python comes without it
  local python
  [ ! -L "$VENV" ] || stop "$VENV is a link, and would be emptied for all who share it. Remove the link, then start again."
  python="$(find_python)" || { install_packages python3 python3-venv && python="$(find_python)"; } ||
    stop "Python 3.11.2 or newer is needed, and apt has none here. Install one, then start again."
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    install_packages python3-venv ||
      stop "Python's venv is missing. As root: apt-get install python3-venv. Then start again."
    "$python" -c 'import ensurepip, venv' 2>/dev/null || python=/usr/bin/python3
  fi
  "$python" -m venv --clear "$VENV" || stop "The Python environment $VENV could not be made."
}

hash_of() { # FILE...: one digest of all of them
  cat "$@" | sha256sum | cut -d' ' -f1
}

install_python() { # LOCK: what it names is in $VENV, exactly. Two scripts at once take turns.
  ( flock 9; fill_venv "$1" ) 9<"$ROOT" || exit 1
}

has_packages() { # LOCK: whether what it names is in $VENV, by its stamp
  local stamp
  "$VENV/bin/python" -c '' 2>/dev/null && stamp="$(cat "$VENV/installed" 2>/dev/null)" || return 1
  # The development lock holds all that the product's lock holds.
  [ "$stamp" = "$(hash_of "$1")" ] ||
    { [ "$(basename "$1")" = requirements.txt ] && [ "$stamp" = "$(hash_of "$ROOT/requirements-dev.txt")" ]; }
}

fill_venv() { # LOCK: nothing to do where it is there already
  local lock="$1" stamp
  ! has_packages "$lock" || return 0
  stamp="$(hash_of "$lock")"
  say "Installing the Python packages of $(basename "$lock") (only the first time)"
  make_venv
  # The lock names all: to look again for what each of them needs takes half the time (script/test checks it).
  install_quickly "$lock" || pip_install -r "$lock" ||
    stop "The Python packages could not be installed: is there network to the package registry?"
  printf '%s\n' "$stamp" >"$VENV/installed"
}

pip_install() { # ARGUMENT...
  "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-deps --require-hashes "$@"
}

install_quickly() { # LOCK: by uv, where the lock holds it: a third of the time. It does not read what pip is set to, so it may fail
  local uv="$VENV/uv.txt"
  sed -n '/^uv==/,/[^\]$/p' "$1" >"$uv"
  [ -s "$uv" ] && pip_install -r "$uv" &&
    "$VENV/bin/uv" pip install --quiet --no-config --python "$VENV/bin/python" --no-deps --require-hashes -r "$1"
} >/dev/null 2>&1

install_system() { # the libraries the product itself needs
  if ! install_packages "${SYSTEM_PACKAGES[@]}"; then
    say "These system packages are missing and could not be installed here: $(missing_packages "${SYSTEM_PACKAGES[@]}")."
    say "The site runs; drawing PDFs needs them. As root: apt-get install ${SYSTEM_PACKAGES[*]}"
  fi
}

if [ "${PYTHON:-}" = "$SYSTEM_PYTHON" ] && has_system_python; then VENV="$SYSTEM_VENV"; fi
