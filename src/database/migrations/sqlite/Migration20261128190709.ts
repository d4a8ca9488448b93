import { Migration } from '@mikro-orm/migrations';

export class Migration20261128190709 extends Migration {

  override name = 'Migration20261128190709';

  override up(): void | Promise<void> {
    this.addSql(`create table \`presets\` (\`account_id\` text not null, \`name\` text not null, \`member\` text not null, \`outputs\` json not null, \`created_at\` datetime not null, \`updated_at\` datetime not null, primary key (\`account_id\`, \`name\`));`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`presets\`;`);
  }

}
