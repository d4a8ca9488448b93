import { Migration } from '@mikro-orm/migrations';

export class Migration20261128182441 extends Migration {

  override name = 'Migration20261128182441';

  /** What a job has become is told of each of its outputs; earlier jobs have one, named default. */
  override up(): void | Promise<void> {
    this.addSql(`alter table "image_jobs" add "processing_ms" int null;`);
    this.addSql(`alter table "image_jobs" rename column "operations" to "outputs";`);
    this.addSql(`update "image_jobs" set "processing_ms" = ("result" ->> 'processingMs')::int, "warnings" = '[]', "outputs" = jsonb_build_array(jsonb_build_object('name', 'default', 'operations', "outputs", 'result', "result", 'warnings', "warnings", 'error', "error"));`);
    this.addSql(`alter table "image_jobs" drop column "error", drop column "result";`);
  }

  /** Of several outputs the first stays. */
  override down(): void | Promise<void> {
    this.addSql(`alter table "image_jobs" add "error" jsonb null, add "result" jsonb null;`);
    this.addSql(`alter table "image_jobs" rename column "outputs" to "operations";`);
    this.addSql(`update "image_jobs" set "error" = nullif("operations" -> 0 -> 'error', 'null'), "result" = nullif("operations" -> 0 -> 'result', 'null'), "warnings" = "warnings" || ("operations" -> 0 -> 'warnings'), "operations" = "operations" -> 0 -> 'operations';`);
    this.addSql(`alter table "image_jobs" drop column "processing_ms";`);
  }

}
