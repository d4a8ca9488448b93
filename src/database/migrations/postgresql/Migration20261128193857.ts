import { Migration } from '@mikro-orm/migrations';

export class Migration20261128193857 extends Migration {

  override name = 'Migration20261128193857';

  override up(): void | Promise<void> {
    this.addSql(`create table "webhook_secrets" ("account_id" uuid not null, "secret" varchar(64) not null, "previous_secret" varchar(64) null, "previous_secret_until" timestamptz(3) null, "created_at" timestamptz(3) not null, primary key ("account_id"));`);

    this.addSql(`create table "webhook_deliveries" ("id" uuid not null, "account_id" uuid not null, "endpoint_id" uuid null, "job_id" uuid null, "event" varchar(32) not null, "destination" text not null, "url" text null, "body" text not null, "status" varchar(16) not null, "attempt" int not null, "tries" int not null, "attempts" jsonb not null, "next_attempt_at" timestamptz(3) null, "held_until" timestamptz(3) null, "created_at" timestamptz(3) not null, primary key ("id"));`);
    this.addSql(`create index "webhook_deliveries_account_id_index" on "webhook_deliveries" ("account_id");`);
    this.addSql(`create index "webhook_deliveries_job_id_index" on "webhook_deliveries" ("job_id");`);
    this.addSql(`create index "webhook_deliveries_next_attempt_at_index" on "webhook_deliveries" ("next_attempt_at");`);
    this.addSql(`create index "webhook_deliveries_created_at_index" on "webhook_deliveries" ("created_at");`);
    this.addSql(`create index "webhook_deliveries_destination_next_attempt_at_index" on "webhook_deliveries" ("destination", "next_attempt_at");`);
    this.addSql(`create index "webhook_deliveries_destination_held_until_index" on "webhook_deliveries" ("destination", "held_until");`);
    this.addSql(`create index "webhook_deliveries_endpoint_id_created_at_id_index" on "webhook_deliveries" ("endpoint_id", "created_at", "id");`);

    this.addSql(`create table "webhook_endpoints" ("id" uuid not null, "account_id" uuid not null, "url" text not null, "destination" text not null, "events" jsonb not null, "description" text null, "secret" varchar(64) not null, "previous_secret" varchar(64) null, "previous_secret_until" timestamptz(3) null, "created_at" timestamptz(3) not null, "disabled_at" timestamptz(3) null, "disabled_reason" varchar(16) null, "failing_since" timestamptz(3) null, primary key ("id"));`);
    this.addSql(`create index "webhook_endpoints_account_id_index" on "webhook_endpoints" ("account_id");`);

    this.addSql(`alter table "image_jobs" add "base_url" text null, add "webhook_url" text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "webhook_secrets" cascade;`);
    this.addSql(`drop table if exists "webhook_deliveries" cascade;`);
    this.addSql(`drop table if exists "webhook_endpoints" cascade;`);

    this.addSql(`alter table "image_jobs" drop column "base_url", drop column "webhook_url";`);
  }

}
