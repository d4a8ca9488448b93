import { Migration } from '@mikro-orm/migrations';

export class Migration20261128220009 extends Migration {

  override name = 'Migration20261128220009';

  override up(): void | Promise<void> {
    this.addSql(`drop index "webhook_deliveries_job_id_index";`);
    this.addSql(`alter table "webhook_deliveries" rename column "job_id" to "subject_id";`);
    this.addSql(`create index "webhook_deliveries_subject_id_index" on "webhook_deliveries" ("subject_id");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "webhook_deliveries_subject_id_index";`);
    this.addSql(`alter table "webhook_deliveries" rename column "subject_id" to "job_id";`);
    this.addSql(`create index "webhook_deliveries_job_id_index" on "webhook_deliveries" ("job_id");`);
  }

}
