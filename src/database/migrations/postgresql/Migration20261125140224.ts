import { Migration } from '@mikro-orm/migrations';

const ANONYMOUS =
  '{"fileBytes":2097152,"operations":2,"qualityMin":40,"qualityMax":80,"sourcePixels":25000000,"outputSide":10000,"outputPixels":25000000,"requestsPerMinute":5,"activeJobs":5,"keptBytes":104857600,"downloadSeconds":600,"afterDownloadSeconds":20}';
const AUTHENTICATED =
  '{"fileBytes":10485760,"operations":10,"qualityMin":10,"qualityMax":95,"sourcePixels":50000000,"outputSide":10000,"outputPixels":50000000,"requestsPerMinute":20,"activeJobs":100,"keptBytes":1073741824,"downloadSeconds":3600,"afterDownloadSeconds":300}';

export class Migration20261125140224 extends Migration {

  override name = 'Migration20261125140224';

  override up(): void | Promise<void> {
    // Jobs from before it were accepted under the documented policies.
    this.addSql(`alter table "image_jobs" add "terms" jsonb not null default '${ANONYMOUS}';`);
    this.addSql(`update "image_jobs" set "terms" = '${AUTHENTICATED}' where "account_id" is not null;`);
    this.addSql(`alter table "image_jobs" alter column "terms" drop default;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "image_jobs" drop column "terms";`);
  }

}
