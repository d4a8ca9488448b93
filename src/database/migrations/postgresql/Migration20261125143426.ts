import { Migration } from '@mikro-orm/migrations';

export class Migration20261125143426 extends Migration {

  override name = 'Migration20261125143426';

  override up(): void | Promise<void> {
    this.addSql(`create table "api_keys" ("id" uuid not null, "account_id" uuid not null, "name" varchar(100) not null, "scopes" jsonb not null, "prefix" varchar(8) not null, "digest" varchar(64) not null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "last_used_at" timestamptz(3) null, primary key ("id"));`);
    this.addSql(`create index "api_keys_account_id_index" on "api_keys" ("account_id");`);
    this.addSql(`alter table "api_keys" add constraint "api_keys_prefix_unique" unique ("prefix");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "api_keys" cascade;`);
  }

}
