import { Migration } from '@mikro-orm/migrations';

export class Migration20261129232352 extends Migration {

  override name = 'Migration20261129232352';

  override up(): void | Promise<void> {
    this.addSql(`alter table "image_jobs" add "excused" int not null default 0;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "image_jobs" drop column "excused";`);
  }

}
