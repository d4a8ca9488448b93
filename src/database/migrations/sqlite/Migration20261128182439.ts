import { Migration } from '@mikro-orm/migrations';

export class Migration20261128182439 extends Migration {

  override name = 'Migration20261128182439';

  /** What a job has become is told of each of its outputs; earlier jobs have one, named default. */
  override up(): void | Promise<void> {
    this.addSql(`alter table \`image_jobs\` add column \`processing_ms\` integer null;`);
    this.addSql(`alter table \`image_jobs\` rename column \`operations\` to \`outputs\`;`);
    this.addSql(`update \`image_jobs\` set \`processing_ms\` = \`result\` ->> 'processingMs', \`warnings\` = '[]', \`outputs\` = json_array(json_object('name', 'default', 'operations', json(\`outputs\`), 'result', json(\`result\`), 'warnings', json(\`warnings\`), 'error', json(\`error\`)));`);
    this.addSql(`alter table \`image_jobs\` drop column \`error\`;`);
    this.addSql(`alter table \`image_jobs\` drop column \`result\`;`);
  }

  /** Of several outputs the first stays. */
  override down(): void | Promise<void> {
    this.addSql(`alter table \`image_jobs\` add column \`error\` json null;`);
    this.addSql(`alter table \`image_jobs\` add column \`result\` json null;`);
    this.addSql(`alter table \`image_jobs\` rename column \`outputs\` to \`operations\`;`);
    this.addSql(`update \`image_jobs\` set \`error\` = \`operations\` ->> '$[0].error', \`result\` = \`operations\` ->> '$[0].result', \`warnings\` = \`operations\` ->> '$[0].warnings', \`operations\` = \`operations\` ->> '$[0].operations';`);
    this.addSql(`alter table \`image_jobs\` drop column \`processing_ms\`;`);
  }

}
