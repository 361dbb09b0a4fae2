#!/usr/bin/env bash
# What somebody sees who has nothing but Debian: the README's two commands in bare trees. script/test --fresh calls this.
#
#   script/test --fresh           Debian 12 and 13, one after the other; as root
#   script/test --fresh trixie    only this release
#
# A tree is made by debootstrap and holds a clean clone of what is committed. Packages come from where this machine has
# them from: settings of apt, pip and the environment are handed on. Mounts and processes of a tree are in namespaces
# that the kernel ends with this script, however it ends. Takes an hour and 2 GB, in TMPDIR.
set -euo pipefail
# shellcheck source=script/machine.sh
. "$(dirname "${BASH_SOURCE[0]}")/machine.sh"

LONGEST_START=1800 # seconds until script/server answers, with all that it installs
HANDED_ON='^(PIP_.*|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|([Hh][Tt][Tt][Pp][Ss]?|[Aa][Ll][Ll]|[Nn][Oo])_([Pp][Rr][Oo][Xx][Yy]))$'
APART=(setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --propagation private --mount-proc)
WORK="" RUNNING=""

tidy() {
  local status=$?
  [ -z "$RUNNING" ] || { kill -KILL "$RUNNING" && wait "$RUNNING"; } 2>/dev/null || true
  [ -z "$WORK" ] || rm -rf "$WORK"
  exit "$status"
}

apart() { # COMMAND...: in namespaces of its own. In the background, so that a signal is heeded at once.
  "${APART[@]}" "$@" </dev/null &
  RUNNING=$!
  local status=0; wait "$RUNNING" || status=$?
  RUNNING=""
  return "$status"
}

find_mirror() { # prints where apt has Debian from; nothing where it has none, as on Ubuntu: debootstrap knows one
  apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 2>/dev/null | sed -n 's/^Debian Debian //p' | sort -u | head -n 1
}

make_tree() { # RELEASE TREE
  local release="$1" tree="$2" file
  apart debootstrap --variant=minbase "$release" "$tree" $(find_mirror) || return 1
  apt-config dump | grep -E '^Acquire::(https?|Check|Retries)' >"$tree/etc/apt/apt.conf.d/90machine" || true
  cp -L /etc/resolv.conf /etc/hosts "$tree/etc/"
  # Certificates twice: the tree's own package of them makes their list anew when it is installed.
  for file in /etc/pip.conf /etc/xdg/pip ~/.config/pip ~/.pip /usr/local/share/ca-certificates \
    /etc/ssl/certs/ca-certificates.crt "${SSL_CERT_FILE:-}" "${PIP_CERT:-}" "${REQUESTS_CA_BUNDLE:-}"; do
    [ ! -e "$file" ] || cp -rL --parents "$file" "$tree"
  done
  git clone --quiet --no-hardlinks "$ROOT" "$tree/root/topcities"
}

enter() { # TREE COMMAND...: in the clone, as root, with nothing of this terminal but the way to the packages
  local tree="$1" name handed=(); shift
  for name in $(compgen -e | grep -E "$HANDED_ON"); do handed+=("$name=${!name}"); done
  apart sh -c 'tree="$1"; shift; mount -t proc proc "$tree/proc" && mount --rbind /dev "$tree/dev" && exec chroot "$tree" "$@"' \
    enter "$tree" env -i --chdir=/root/topcities HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    "${handed[@]}" "$@"
}

answers() ( # PORT: whether a page comes from there
  exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
  printf 'GET / HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n' "$1" >&3
  read -r -t 20 line <&3 && [[ "$line" =~ ^HTTP/1\..\ [23] ]]
)

start_and_stop() { # in the tree: script/server until it says so and answers. All share this machine's ports.
  local port=$((20000 + RANDOM % 10000)) server said
  said="$(mktemp)"
  PORT=$port script/server >"$said" &
  server=$!
  until grep -q "is ready" "$said" && answers "$port"; do
    kill -0 "$server" 2>/dev/null || { wait "$server"; return 1; }
    [ "$SECONDS" -lt "$LONGEST_START" ] || return 1
    sleep 1
  done
  say "answered after $SECONDS s"
  kill -TERM "$server" && wait "$server"
}

try_release() { # RELEASE: prints one line; what was said on the way is shown where something failed
  local release="$1" tree="$WORK/$1" log="$WORK/$1.log" line status=0
  make_tree "$release" "$tree" >"$log" 2>&1 || { tail -n 20 "$log"; say "$release: debootstrap failed"; return 1; }
  line="Debian $(cat "$tree/etc/debian_version")"
  enter "$tree" script/fresh.sh --in-tree >"$log" 2>&1 || status=1
  line+=", $(chroot "$tree" python3 --version 2>&1 || true): script/server "
  line+="$(grep -E '^answered after' "$log" || say "did not answer"); "
  if [ "$status" = 0 ]; then
    enter "$tree" script/test >"$log.test" 2>&1 || status=1
    line+="script/test: $(grep -E '^(=+ .* in [0-9.]+s|Failed: )' "$log.test" | tr -d = | tr -s '\n ' ' ' || say "broke off")"
    log="$log.test"
  else line+="script/test was not run"
  fi
  [ "$status" = 0 ] || grep -E '^(FAILED|ERROR|wrong)' "$log" || tail -n 30 "$log"
  say "$line"
  rm -rf "$tree"
  return "$status"
}

main() {
  local release status=0
  [ "$(id -u)" = 0 ] || stop "Trees of other systems need root: sudo script/test --fresh"
  install_packages debootstrap git || stop "debootstrap and git are needed here."
  WORK="$(mktemp -d "${TMPDIR:-/tmp}/topcities-fresh.XXXXXX")"
  chmod 755 "$WORK"
  trap tidy EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  for release in "$@"; do try_release "$release" || status=1; done
  exit "$status"
}

cd "$ROOT"
if [ "${1:-}" = --in-tree ]; then start_and_stop
elif [ $# -gt 0 ]; then main "$@"
else main bookworm trixie
fi
