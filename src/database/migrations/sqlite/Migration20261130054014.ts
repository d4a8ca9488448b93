import { Migration } from '@mikro-orm/migrations';

export class Migration20261130054014 extends Migration {

  override name = 'Migration20261130054014';

  override up(): void | Promise<void> {
    this.addSql(`drop index \`sessions_account_id_index\`;`);
    this.addSql(`alter table \`sessions\` add column \`address_key\` text not null default '';`);
    // The /64 of an IPv6 address cannot be told in SQL. As it stands it is nobody's key: until the next log-in from there, the
    // wrong passwords of strangers count there too.
    this.addSql(`update \`sessions\` set \`address_key\` = 'address:' || case when \`address\` like '::ffff:%.%' then substr(\`address\`, 8) else \`address\` end;`);
    this.addSql(`create index \`sessions_account_id_address_key_expires_at_index\` on \`sessions\` (\`account_id\`, \`address_key\`, \`expires_at\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index \`sessions_account_id_address_key_expires_at_index\`;`);
    this.addSql(`alter table \`sessions\` drop column \`address_key\`;`);
    this.addSql(`create index \`sessions_account_id_index\` on \`sessions\` (\`account_id\`);`);
  }

}
