import { Migration } from '@mikro-orm/migrations';

export class Migration20261129163020 extends Migration {

  override name = 'Migration20261129163020';

  override up(): void | Promise<void> {
    this.addSql(`drop index \`webhook_deliveries_account_id_index\`;`);
    this.addSql(`drop index \`webhook_deliveries_destination_held_until_index\`;`);
    this.addSql(`drop index \`webhook_deliveries_destination_next_attempt_at_index\`;`);
    this.addSql(`create index \`webhook_deliveries_account_id_destination_next_attempt_at_index\` on \`webhook_deliveries\` (\`account_id\`, \`destination\`, \`next_attempt_at\`);`);
    this.addSql(`create index \`webhook_deliveries_account_id_destination_held_until_index\` on \`webhook_deliveries\` (\`account_id\`, \`destination\`, \`held_until\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index \`webhook_deliveries_account_id_destination_next_attempt_at_index\`;`);
    this.addSql(`drop index \`webhook_deliveries_account_id_destination_held_until_index\`;`);
    this.addSql(`create index \`webhook_deliveries_account_id_index\` on \`webhook_deliveries\` (\`account_id\`);`);
    this.addSql(`create index \`webhook_deliveries_destination_held_until_index\` on \`webhook_deliveries\` (\`destination\`, \`held_until\`);`);
    this.addSql(`create index \`webhook_deliveries_destination_next_attempt_at_index\` on \`webhook_deliveries\` (\`destination\`, \`next_attempt_at\`);`);
  }

}
