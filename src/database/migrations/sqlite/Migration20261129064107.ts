import { Migration } from '@mikro-orm/migrations';

export class Migration20261129064107 extends Migration {

  override name = 'Migration20261129064107';

  override up(): void | Promise<void> {
    this.addSql(`create table \`removed_accounts\` (\`id\` text not null primary key);`);

    // What deletions that were cut short have left until now.
    this.addSql(`delete from sessions where not exists (select 1 from accounts where accounts.id = account_id);`);
    this.addSql(`delete from api_keys where not exists (select 1 from accounts where accounts.id = account_id);`);
    this.addSql(`insert into removed_accounts (id) select account_id from (select account_id from image_jobs union select account_id from batches union select account_id from presets union select account_id from webhook_endpoints union select account_id from webhook_secrets union select account_id from webhook_deliveries union select account_id from usage_days where account_id > '') kept where account_id is not null and not exists (select 1 from accounts where accounts.id = account_id);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`removed_accounts\`;`);
  }

}
