import { Migration } from '@mikro-orm/migrations';

export class Migration20261125143421 extends Migration {

  override name = 'Migration20261125143421';

  override up(): void | Promise<void> {
    this.addSql(`create table \`api_keys\` (\`id\` text not null primary key, \`account_id\` text not null, \`name\` text not null, \`scopes\` json not null, \`prefix\` text not null, \`digest\` text not null, \`created_at\` datetime not null, \`expires_at\` datetime not null, \`last_used_at\` datetime null);`);
    this.addSql(`create index \`api_keys_account_id_index\` on \`api_keys\` (\`account_id\`);`);
    this.addSql(`create unique index \`api_keys_prefix_unique\` on \`api_keys\` (\`prefix\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`api_keys\`;`);
  }

}
