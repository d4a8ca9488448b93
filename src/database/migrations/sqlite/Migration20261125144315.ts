import { Migration } from '@mikro-orm/migrations';

export class Migration20261125144315 extends Migration {

  override name = 'Migration20261125144315';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`image_jobs\` add column \`request_id\` text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`image_jobs\` drop column \`request_id\`;`);
  }

}
