import { Migration } from '@mikro-orm/migrations';

export class Migration20261130061653 extends Migration {

  override name = 'Migration20261130061653';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`webhook_deliveries\` add column \`scheduled_at\` datetime null;`);
    this.addSql(`create index \`webhook_deliveries_scheduled_at_index\` on \`webhook_deliveries\` (\`scheduled_at\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index \`webhook_deliveries_scheduled_at_index\`;`);
    this.addSql(`alter table \`webhook_deliveries\` drop column \`scheduled_at\`;`);
  }

}
