import { Migration } from '@mikro-orm/migrations';

export class Migration20261125143908 extends Migration {

  override name = 'Migration20261125143908';

  override up(): void | Promise<void> {
    this.addSql(`alter table "image_jobs" add "source_sha256" varchar(64) null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "image_jobs" drop column "source_sha256";`);
  }

}
