#!/bin/sh
# Makes the two databases on the first start of PostgreSQL, each of an account of its own: hervat's register, and Prefect's.
set -eu
export SECRETS_DIRECTORY="${SECRETS_DIRECTORY:-/run/secrets}"
for name in register_password prefect_password; do
    secret=$(cat "$SECRETS_DIRECTORY/$name")
    [ -n "$secret" ] || { echo "$name is empty" >&2; exit 1; }
done
# psql reads the files itself: on its command line a password could be read by others.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set hervat `cat "$SECRETS_DIRECTORY/register_password"`
\set prefect `cat "$SECRETS_DIRECTORY/prefect_password"`
create role hervat login password :'hervat';
create role prefect login password :'prefect';
create database hervat owner hervat;
create database prefect owner prefect;
revoke connect on database hervat, prefect from public;
SQL
