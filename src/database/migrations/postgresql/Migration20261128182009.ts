import { Migration } from '@mikro-orm/migrations';

export class Migration20261128182009 extends Migration {

  override name = 'Migration20261128182009';

  override up(): void | Promise<void> {
    this.addSql(`create table "usage_days" ("account_id" varchar(36) not null, "day" varchar(10) not null, "key_prefix" varchar(8) not null, "operation" varchar(32) not null, "images" bigint not null, "outputs" bigint not null, "failed" bigint not null, "source_bytes" bigint not null, "result_bytes" bigint not null, "source_pixels" bigint not null, "processing_ms" bigint not null, primary key ("account_id", "day", "key_prefix", "operation"));`);
    this.addSql(`create index "usage_days_day_index" on "usage_days" ("day");`);

    this.addSql(`alter table "image_jobs" add "key_prefix" varchar(8) null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "usage_days" cascade;`);

    this.addSql(`alter table "image_jobs" drop column "key_prefix";`);
  }

}
