#!/usr/bin/env bash
# The real parts that the tests run against: OpenSSH's server and client, PostgreSQL, pgbouncer, MariaDB, Exim, openssl, sqlite3,
# Chromium, systemd-analyze. Root installs what is missing (Debian); anyone else is told what to install. A missing part is a failure, never a
# silent skip.
set -u
missing=()
[ -x /usr/sbin/sshd ] || missing+=(openssh-server)
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
command -v ssh-keygen >/dev/null || missing+=(openssh-client)
[ -x /usr/sbin/mariadbd ] || missing+=(mariadb-server)
[ -x /usr/sbin/pgbouncer ] || missing+=(pgbouncer)
[ -x /usr/sbin/exim4 ] || missing+=(exim4-daemon-light)
command -v systemd-analyze >/dev/null || missing+=(systemd)
command -v openssl >/dev/null || missing+=(openssl)
command -v sqlite3 >/dev/null || missing+=(sqlite3)
command -v chromium >/dev/null || missing+=(chromium)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "installing ${missing[*]} ..."
  export DEBIAN_FRONTEND=noninteractive
  # No clusters or services of their own: the tests start private ones.
  mkdir -p /etc/postgresql-common && grep -qs create_main_cluster /etc/postgresql-common/createcluster.conf ||
    echo "create_main_cluster = false" >>/etc/postgresql-common/createcluster.conf
  # The packages of MariaDB, pgbouncer and Exim would start a server, now and at every boot: their units are masked, and nothing may
  # start meanwhile.
  if [[ " ${missing[*]} " == *" mariadb-server "* || " ${missing[*]} " == *" pgbouncer "* ||
    " ${missing[*]} " == *" exim4-daemon-light "* ]]; then
    mkdir -p /etc/systemd/system
    for unit in mariadb pgbouncer exim4; do
      [ -e /etc/systemd/system/$unit.service ] || ln -s /dev/null /etc/systemd/system/$unit.service
    done
    if [ ! -e /usr/sbin/policy-rc.d ]; then
      printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d
      trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
  fi
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null && exit 0
fi
echo "the tests need what is missing here: ${missing[*]} (on Debian: apt-get install ${missing[*]})" >&2
exit 1
