import { Migration } from '@mikro-orm/migrations';

export class Migration20261128183823 extends Migration {

  override name = 'Migration20261128183823';

  override up(): void | Promise<void> {
    this.addSql(`create table \`monthly_counts\` (\`owner_key\` text not null, \`month\` text not null, \`images\` bigint not null, primary key (\`owner_key\`, \`month\`));`);
    this.addSql(`create index \`monthly_counts_month_index\` on \`monthly_counts\` (\`month\`);`);

    this.addSql(`alter table \`accounts\` add column \`policy\` json null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`monthly_counts\`;`);

    this.addSql(`alter table \`accounts\` drop column \`policy\`;`);
  }

}
