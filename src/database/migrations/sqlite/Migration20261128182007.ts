import { Migration } from '@mikro-orm/migrations';

export class Migration20261128182007 extends Migration {

  override name = 'Migration20261128182007';

  override up(): void | Promise<void> {
    this.addSql(`create table \`usage_days\` (\`account_id\` text not null, \`day\` text not null, \`key_prefix\` text not null, \`operation\` text not null, \`images\` bigint not null, \`outputs\` bigint not null, \`failed\` bigint not null, \`source_bytes\` bigint not null, \`result_bytes\` bigint not null, \`source_pixels\` bigint not null, \`processing_ms\` bigint not null, primary key (\`account_id\`, \`day\`, \`key_prefix\`, \`operation\`));`);
    this.addSql(`create index \`usage_days_day_index\` on \`usage_days\` (\`day\`);`);

    this.addSql(`alter table \`image_jobs\` add column \`key_prefix\` text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`usage_days\`;`);

    this.addSql(`alter table \`image_jobs\` drop column \`key_prefix\`;`);
  }

}
