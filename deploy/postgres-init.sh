#!/usr/bin/env bash
# Runs once, on an empty volume: makes the database and the two logins that Specloom works with.
#
#   specloom_owner  runs the migrations and owns the tables; may create roles, since the migrations make specloom_door
#   specloom_app    is what the API and the workers log in as; owns nothing and is bound by row-level security
#
# Only a superuser may install the extension, and neither login is one.
set -euo pipefail

psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres <<'SQL'
\getenv owner_password POSTGRES_OWNER_PASSWORD
\getenv app_password POSTGRES_APP_PASSWORD
CREATE ROLE specloom_owner LOGIN CREATEROLE PASSWORD :'owner_password';
CREATE ROLE specloom_app LOGIN PASSWORD :'app_password';
CREATE DATABASE specloom OWNER specloom_owner TEMPLATE template0 ENCODING 'UTF8'
    LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE specloom FROM PUBLIC;
GRANT CONNECT ON DATABASE specloom TO specloom_app;
\connect specloom
CREATE EXTENSION vector;
SQL
