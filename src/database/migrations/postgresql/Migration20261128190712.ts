import { Migration } from '@mikro-orm/migrations';

export class Migration20261128190712 extends Migration {

  override name = 'Migration20261128190712';

  override up(): void | Promise<void> {
    this.addSql(`create table "presets" ("account_id" uuid not null, "name" varchar(32) not null, "member" varchar(16) not null, "outputs" jsonb not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("account_id", "name"));`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "presets" cascade;`);
  }

}
