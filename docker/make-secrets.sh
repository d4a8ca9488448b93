#!/usr/bin/env sh
# Makes the secrets of compose.yaml, once; those that are there stay.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
random() { head -c "${1:-32}" /dev/urandom | od -An -tx1 | tr -d ' \n'; }
[ -e secrets/database_password ] || random >secrets/database_password
[ -e secrets/database_url ] ||
  printf 'postgres://imagepro:%s@postgres:5432/imagepro' "$(cat secrets/database_password)" >secrets/database_url
[ -e secrets/redis_password ] || random >secrets/redis_password
[ -e secrets/redis_url ] || printf 'redis://:%s@redis:6379/0' "$(cat secrets/redis_password)" >secrets/redis_url
[ -e secrets/redis_conf ] || printf 'requirepass %s\n' "$(cat secrets/redis_password)" >secrets/redis_conf
[ -e secrets/jwt_secret ] || random >secrets/jwt_secret
# A key that opens the one bucket and nothing else, in the form that Garage has for them.
[ -e secrets/s3_access_key ] || printf 'GK%s' "$(random 12)" >secrets/s3_access_key
[ -e secrets/s3_secret_key ] || random >secrets/s3_secret_key
[ -e secrets/s3.env ] || cat >secrets/s3.env <<END
GARAGE_DEFAULT_ACCESS_KEY=$(cat secrets/s3_access_key)
GARAGE_DEFAULT_SECRET_KEY=$(cat secrets/s3_secret_key)
GARAGE_RPC_SECRET=$(random)
END
# The containers' user is not this one, and file secrets keep their mode.
chmod 700 secrets && chmod 644 secrets/*
