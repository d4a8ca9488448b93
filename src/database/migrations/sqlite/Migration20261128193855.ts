import { Migration } from '@mikro-orm/migrations';

export class Migration20261128193855 extends Migration {

  override name = 'Migration20261128193855';

  override up(): void | Promise<void> {
    this.addSql(`create table \`webhook_secrets\` (\`account_id\` text not null primary key, \`secret\` text not null, \`previous_secret\` text null, \`previous_secret_until\` datetime null, \`created_at\` datetime not null);`);

    this.addSql(`create table \`webhook_deliveries\` (\`id\` text not null primary key, \`account_id\` text not null, \`endpoint_id\` text null, \`job_id\` text null, \`event\` text not null, \`destination\` text not null, \`url\` text null, \`body\` text not null, \`status\` text not null, \`attempt\` integer not null, \`tries\` integer not null, \`attempts\` json not null, \`next_attempt_at\` datetime null, \`held_until\` datetime null, \`created_at\` datetime not null);`);
    this.addSql(`create index \`webhook_deliveries_account_id_index\` on \`webhook_deliveries\` (\`account_id\`);`);
    this.addSql(`create index \`webhook_deliveries_job_id_index\` on \`webhook_deliveries\` (\`job_id\`);`);
    this.addSql(`create index \`webhook_deliveries_next_attempt_at_index\` on \`webhook_deliveries\` (\`next_attempt_at\`);`);
    this.addSql(`create index \`webhook_deliveries_created_at_index\` on \`webhook_deliveries\` (\`created_at\`);`);
    this.addSql(`create index \`webhook_deliveries_destination_next_attempt_at_index\` on \`webhook_deliveries\` (\`destination\`, \`next_attempt_at\`);`);
    this.addSql(`create index \`webhook_deliveries_destination_held_until_index\` on \`webhook_deliveries\` (\`destination\`, \`held_until\`);`);
    this.addSql(`create index \`webhook_deliveries_endpoint_id_created_at_id_index\` on \`webhook_deliveries\` (\`endpoint_id\`, \`created_at\`, \`id\`);`);

    this.addSql(`create table \`webhook_endpoints\` (\`id\` text not null primary key, \`account_id\` text not null, \`url\` text not null, \`destination\` text not null, \`events\` json not null, \`description\` text null, \`secret\` text not null, \`previous_secret\` text null, \`previous_secret_until\` datetime null, \`created_at\` datetime not null, \`disabled_at\` datetime null, \`disabled_reason\` text null, \`failing_since\` datetime null);`);
    this.addSql(`create index \`webhook_endpoints_account_id_index\` on \`webhook_endpoints\` (\`account_id\`);`);

    this.addSql(`alter table \`image_jobs\` add column \`base_url\` text null;`);
    this.addSql(`alter table \`image_jobs\` add column \`webhook_url\` text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`webhook_secrets\`;`);
    this.addSql(`drop table if exists \`webhook_deliveries\`;`);
    this.addSql(`drop table if exists \`webhook_endpoints\`;`);

    this.addSql(`alter table \`image_jobs\` drop column \`base_url\`;`);
    this.addSql(`alter table \`image_jobs\` drop column \`webhook_url\`;`);
  }

}
