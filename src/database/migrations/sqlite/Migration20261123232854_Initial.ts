import { Migration } from '@mikro-orm/migrations';

export class Migration20261123232854_Initial extends Migration {

  override name = 'Migration20261123232854_Initial';

  override up(): void | Promise<void> {
    this.addSql(`create table \`accounts\` (\`id\` text not null primary key, \`username\` text not null, \`username_key\` text not null, \`email\` text not null, \`email_key\` text not null, \`password_hash\` text not null, \`created_at\` datetime not null, \`disabled_at\` datetime null);`);

    this.addSql(`create table \`account_names\` (\`key\` text not null primary key, \`account_id\` text not null);`);
    this.addSql(`create index \`account_names_account_id_index\` on \`account_names\` (\`account_id\`);`);

    this.addSql(`create table \`idempotency_claims\` (\`scope\` text not null primary key, \`fingerprint\` text not null, \`job_id\` text not null, \`claimed_at\` datetime not null);`);
    this.addSql(`create index \`idempotency_claims_job_id_index\` on \`idempotency_claims\` (\`job_id\`);`);
    this.addSql(`create index \`idempotency_claims_claimed_at_index\` on \`idempotency_claims\` (\`claimed_at\`);`);

    this.addSql(`create table \`image_jobs\` (\`id\` text not null primary key, \`owner_key\` text not null, \`account_id\` text null, \`status\` text not null, \`version\` integer not null default 1, \`attempt\` integer not null, \`crashes\` integer not null, \`name\` text not null, \`source_format\` text not null, \`source_width\` integer not null, \`source_height\` integer not null, \`source_frames\` integer not null, \`source_bytes\` bigint not null, \`operations\` json not null, \`kept_bytes\` bigint not null, \`created_at\` datetime not null, \`available_at\` datetime not null, \`started_at\` datetime null, \`alive_at\` datetime null, \`completed_at\` datetime null, \`download_expires_at\` datetime null, \`downloaded_at\` datetime null, \`result\` json null, \`warnings\` json not null, \`error\` json null);`);
    this.addSql(`create index \`image_jobs_account_id_created_at_id_index\` on \`image_jobs\` (\`account_id\`, \`created_at\`, \`id\`);`);
    this.addSql(`create index \`image_jobs_owner_key_status_index\` on \`image_jobs\` (\`owner_key\`, \`status\`);`);
    this.addSql(`create index \`image_jobs_status_created_at_id_index\` on \`image_jobs\` (\`status\`, \`created_at\`, \`id\`);`);
    this.addSql(`create index \`image_jobs_status_download_expires_at_index\` on \`image_jobs\` (\`status\`, \`download_expires_at\`);`);
    this.addSql(`create index \`image_jobs_completed_at_index\` on \`image_jobs\` (\`completed_at\`);`);

    this.addSql(`create table \`sessions\` (\`id\` text not null primary key, \`account_id\` text not null, \`token_id\` text not null, \`previous_token_id\` text null, \`refreshed_at\` datetime not null, \`created_at\` datetime not null, \`expires_at\` datetime not null, \`address\` text not null, \`agent\` text not null, \`in_cookie\` integer not null);`);
    this.addSql(`create index \`sessions_account_id_index\` on \`sessions\` (\`account_id\`);`);
    this.addSql(`create index \`sessions_expires_at_index\` on \`sessions\` (\`expires_at\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`accounts\`;`);
    this.addSql(`drop table if exists \`account_names\`;`);
    this.addSql(`drop table if exists \`idempotency_claims\`;`);
    this.addSql(`drop table if exists \`image_jobs\`;`);
    this.addSql(`drop table if exists \`sessions\`;`);
  }

}
