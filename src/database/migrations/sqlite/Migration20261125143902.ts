import { Migration } from '@mikro-orm/migrations';

export class Migration20261125143902 extends Migration {

  override name = 'Migration20261125143902';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`image_jobs\` add column \`source_sha256\` text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`image_jobs\` drop column \`source_sha256\`;`);
  }

}
