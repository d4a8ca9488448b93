import { Migration } from '@mikro-orm/migrations';

export class Migration20261123232855_Initial extends Migration {

  override name = 'Migration20261123232855_Initial';

  override up(): void | Promise<void> {
    this.addSql(`create table "accounts" ("id" uuid not null, "username" varchar(150) not null, "username_key" text not null, "email" varchar(254) not null, "email_key" text not null, "password_hash" varchar(255) not null, "created_at" timestamptz(3) not null, "disabled_at" timestamptz(3) null, primary key ("id"));`);

    this.addSql(`create table "account_names" ("key" text not null, "account_id" uuid not null, primary key ("key"));`);
    this.addSql(`create index "account_names_account_id_index" on "account_names" ("account_id");`);

    this.addSql(`create table "idempotency_claims" ("scope" varchar(64) not null, "fingerprint" varchar(64) not null, "job_id" uuid not null, "claimed_at" timestamptz(3) not null, primary key ("scope"));`);
    this.addSql(`create index "idempotency_claims_job_id_index" on "idempotency_claims" ("job_id");`);
    this.addSql(`create index "idempotency_claims_claimed_at_index" on "idempotency_claims" ("claimed_at");`);

    this.addSql(`create table "image_jobs" ("id" uuid not null, "owner_key" varchar(64) not null, "account_id" uuid null, "status" varchar(16) not null, "version" int not null default 1, "attempt" int not null, "crashes" int not null, "name" varchar(255) not null, "source_format" varchar(8) not null, "source_width" int not null, "source_height" int not null, "source_frames" int not null, "source_bytes" bigint not null, "operations" jsonb not null, "kept_bytes" bigint not null, "created_at" timestamptz(3) not null, "available_at" timestamptz(3) not null, "started_at" timestamptz(3) null, "alive_at" timestamptz(3) null, "completed_at" timestamptz(3) null, "download_expires_at" timestamptz(3) null, "downloaded_at" timestamptz(3) null, "result" jsonb null, "warnings" jsonb not null, "error" jsonb null, primary key ("id"));`);
    this.addSql(`create index "image_jobs_account_id_created_at_id_index" on "image_jobs" ("account_id", "created_at", "id");`);
    this.addSql(`create index "image_jobs_owner_key_status_index" on "image_jobs" ("owner_key", "status");`);
    this.addSql(`create index "image_jobs_status_created_at_id_index" on "image_jobs" ("status", "created_at", "id");`);
    this.addSql(`create index "image_jobs_status_download_expires_at_index" on "image_jobs" ("status", "download_expires_at");`);
    this.addSql(`create index "image_jobs_completed_at_index" on "image_jobs" ("completed_at");`);

    this.addSql(`create table "sessions" ("id" uuid not null, "account_id" uuid not null, "token_id" varchar(32) not null, "previous_token_id" varchar(32) null, "refreshed_at" timestamptz(3) not null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "address" varchar(64) not null, "agent" varchar(256) not null, "in_cookie" boolean not null, primary key ("id"));`);
    this.addSql(`create index "sessions_account_id_index" on "sessions" ("account_id");`);
    this.addSql(`create index "sessions_expires_at_index" on "sessions" ("expires_at");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "accounts" cascade;`);
    this.addSql(`drop table if exists "account_names" cascade;`);
    this.addSql(`drop table if exists "idempotency_claims" cascade;`);
    this.addSql(`drop table if exists "image_jobs" cascade;`);
    this.addSql(`drop table if exists "sessions" cascade;`);
  }

}
