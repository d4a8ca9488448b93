import { Migration } from '@mikro-orm/migrations';

export class Migration20261128180902 extends Migration {

  override name = 'Migration20261128180902';

  override up(): void | Promise<void> {
    this.addSql(`create table \`batches\` (\`id\` text not null primary key, \`account_id\` text not null, \`created_at\` datetime not null, \`refused\` json not null);`);
    this.addSql(`create index \`batches_account_id_created_at_id_index\` on \`batches\` (\`account_id\`, \`created_at\`, \`id\`);`);
    this.addSql(`create index \`batches_created_at_index\` on \`batches\` (\`created_at\`);`);

    this.addSql(`drop index \`image_jobs_status_created_at_id_index\`;`);
    this.addSql(`alter table \`image_jobs\` add column \`batch_id\` text null;`);
    this.addSql(`alter table \`image_jobs\` add column \`batch_position\` integer null;`);
    this.addSql(`alter table \`image_jobs\` add column \`queue_rank\` integer not null default 0;`);
    this.addSql(`create index \`image_jobs_status_queue_rank_created_at_id_index\` on \`image_jobs\` (\`status\`, \`queue_rank\`, \`created_at\`, \`id\`);`);
    this.addSql(`create index \`image_jobs_batch_id_batch_position_index\` on \`image_jobs\` (\`batch_id\`, \`batch_position\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`batches\`;`);

    this.addSql(`drop index \`image_jobs_status_queue_rank_created_at_id_index\`;`);
    this.addSql(`drop index \`image_jobs_batch_id_batch_position_index\`;`);
    this.addSql(`alter table \`image_jobs\` drop column \`batch_id\`;`);
    this.addSql(`alter table \`image_jobs\` drop column \`batch_position\`;`);
    this.addSql(`alter table \`image_jobs\` drop column \`queue_rank\`;`);
    this.addSql(`create index \`image_jobs_status_created_at_id_index\` on \`image_jobs\` (\`status\`, \`created_at\`, \`id\`);`);
  }

}
