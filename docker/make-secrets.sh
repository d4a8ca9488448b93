#!/usr/bin/env sh
# Makes the secrets of compose.yaml, once; those that are there stay.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
random() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
[ -e secrets/database_password ] || random >secrets/database_password
[ -e secrets/database_url ] ||
  printf 'postgres://imagepro:%s@postgres:5432/imagepro' "$(cat secrets/database_password)" >secrets/database_url
[ -e secrets/jwt_secret ] || random >secrets/jwt_secret
[ -e secrets/s3_access_key ] || printf imagepro >secrets/s3_access_key
[ -e secrets/s3_secret_key ] || random >secrets/s3_secret_key
# The containers' user is not this one, and file secrets keep their mode.
chmod 700 secrets && chmod 644 secrets/*
