import { Migration } from '@mikro-orm/migrations';

export class Migration20261125144320 extends Migration {

  override name = 'Migration20261125144320';

  override up(): void | Promise<void> {
    this.addSql(`alter table "image_jobs" add "request_id" varchar(64) null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "image_jobs" drop column "request_id";`);
  }

}
