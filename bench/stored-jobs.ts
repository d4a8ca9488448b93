import { MikroORM } from '@mikro-orm/postgresql';

/** A PostgreSQL database that a bench looks into. */
export class StoredJobs {
  private constructor(readonly orm: MikroORM) {}

  static async at(url: string): Promise<StoredJobs> {
    const options = { clientUrl: url, entities: [], discovery: { warnWhenNoEntities: false } };
    return new StoredJobs(await MikroORM.init(options));
  }

  /** Adds so many jobs of 1,000 owners, made one a millisecond until an hour ago. */
  async add(count: number, status: 'pending' | 'completed'): Promise<void> {
    const done = status === 'completed' ? `now() - interval '1 hour'` : 'null::timestamptz';
    const result =
      status === 'completed' ? `'{"format":"webp","width":40,"height":30,"bytes":1000}'::jsonb` : 'null::jsonb';
    await this.orm.em.getConnection().execute(`
      insert into image_jobs (id, owner_key, account_id, status, version, attempt, crashes, name, source_format,
        source_width, source_height, source_frames, source_bytes, operations, kept_bytes, created_at, available_at,
        started_at, completed_at, download_expires_at, result, warnings)
      select gen_random_uuid(), 'address:' || n % 1000, null, '${status}', 1, 0, 0, 'photo.jpg', 'jpg',
        4000, 3000, 1, 3000000, '[]', 3000000, made.at, made.at,
        ${done}, ${done}, ${done} + interval '1 day', ${result}, '[]'
      from generate_series(1, ${count}) n,
        lateral (select now() - interval '1 hour' - n * interval '1 millisecond' as at) made`);
    await this.orm.em.getConnection().execute('vacuum analyze image_jobs');
  }

  /** Seconds from the first claim to the last result. */
  async drainSeconds(): Promise<number> {
    const [row] = await this.orm.em
      .getConnection()
      .execute('select extract(epoch from max(completed_at) - min(started_at))::float8 as seconds from image_jobs');
    return (row as { seconds: number }).seconds;
  }

  /** How many are not completed. */
  async unfinished(): Promise<number> {
    const sql = `select count(*)::int as jobs from image_jobs where status <> 'completed'`;
    const [row] = await this.orm.em.getConnection().execute(sql);
    return (row as { jobs: number }).jobs;
  }

  async close(): Promise<void> {
    await this.orm.close();
  }
}
