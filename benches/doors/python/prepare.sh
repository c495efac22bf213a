#!/bin/sh
# Creates .venv (or $VENV) with the peers, and with Staka's wheel if one is given: prepare.sh [WHEEL]. Needs a C compiler
# and Python's headers, but not root: if libmariadb is not installed, its packages are unpacked into $STAKA_LOCAL_DIR
# (.staka in the checkout).
set -eu
cd "$(dirname "$0")"
here=$(pwd)
local_dir=${STAKA_LOCAL_DIR:-$here/../../../.staka}
python=${PYTHON:-python3}
venv=${VENV:-$here/.venv}

unpacked() {
  mkdir -p "$local_dir/libmariadb"
  root=$(cd "$local_dir/libmariadb" && pwd)
  if ! [ -e "$root/done" ]; then
    for tool in apt-get dpkg-deb; do
      command -v $tool >/dev/null || {
        echo "mysqlclient needs the headers of libmariadb or libmysqlclient: install them (no $tool to fetch them with)" >&2
        exit 1
      }
    done
    mkdir -p "$root/debs" "$root/state/lists/partial" "$root/cache/archives/partial"
    cd "$root/debs"
    own="-o APT::Sandbox::User=root"
    if ! apt-get $own download libmariadb-dev libmariadb3 >&2; then
      # The system's package lists are missing or too old; download separate ones.
      own="$own -o Dir::State=$root/state -o Dir::State::status=/var/lib/dpkg/status -o Dir::Cache=$root/cache"
      own="$own -o APT::Update::Post-Invoke=true -o APT::Update::Post-Invoke-Success=true"
      apt-get $own update >&2
      apt-get $own download libmariadb-dev libmariadb3 >&2
    fi
    for deb in *.deb; do dpkg-deb -x "$deb" "$root"; done
    touch "$root/done"
    cd "$here"
  fi
  libraries=$(dirname "$(find "$root/usr/lib" -name libmariadb.so | head -n 1)")
  MYSQLCLIENT_CFLAGS="-I$root/usr/include/mariadb"
  MYSQLCLIENT_LDFLAGS="-L$libraries -lmariadb -Wl,-rpath,$libraries"
  export MYSQLCLIENT_CFLAGS MYSQLCLIENT_LDFLAGS
  # MySQL's default authentication is a plugin of the library.
  plugins=$libraries/libmariadb3/plugin
}

if ! "$venv"/bin/python -c 'import MySQLdb, sqlalchemy' 2>/dev/null || [ requirements.txt -nt "$venv"/prepared ]; then
  [ -x "$venv"/bin/python ] || "$python" -m venv "$venv"
  plugins=
  pkg-config --exists libmariadb 2>/dev/null || pkg-config --exists mysqlclient 2>/dev/null || unpacked
  # pip's cache may contain a wheel that was built against other libraries.
  "$venv"/bin/pip install --quiet --no-cache-dir --no-binary mysqlclient -r requirements.txt >&2
  echo "$plugins" > "$venv"/prepared
fi
if [ $# -gt 0 ]; then
  "$venv"/bin/pip install --quiet --no-deps --force-reinstall "$1" >&2
fi
