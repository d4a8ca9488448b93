import { Migration } from '@mikro-orm/migrations';

export class Migration20261123231134_IdempotencyClaims extends Migration {

  override name = 'Migration20261123231134_IdempotencyClaims';

  override up(): void | Promise<void> {
    this.addSql(`create table \`idempotency_claims\` (\`scope\` text not null primary key, \`fingerprint\` text not null, \`job_id\` text not null, \`claimed_at\` datetime not null);`);
    this.addSql(`create index \`idempotency_claims_job_id_index\` on \`idempotency_claims\` (\`job_id\`);`);
    this.addSql(`create index \`idempotency_claims_claimed_at_index\` on \`idempotency_claims\` (\`claimed_at\`);`);

    this.addSql(`create index \`image_jobs_completed_at_index\` on \`image_jobs\` (\`completed_at\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`idempotency_claims\`;`);

    this.addSql(`drop index \`image_jobs_completed_at_index\`;`);
  }

}
