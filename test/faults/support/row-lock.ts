import type { MikroORM } from '@mikro-orm/postgresql';
import { until } from '../../support/until.ts';

/** A job's row, held by the test: whoever wants to change it waits. */
export interface RowLock {
  /** Resolves with the server's process that waits to set this column. */
  waiting(column: string): Promise<number>;
  /** Ends that process of the server: what it was asked for is not done. */
  terminate(process: number): Promise<void>;
  /** Lets the row go, if it is still held. */
  release(): Promise<void>;
}

/** Locks the row of a job. */
export async function lockRow(orm: MikroORM, id: string): Promise<RowLock> {
  const holder = orm.em.fork();
  await holder.begin();
  await holder.execute('select id from image_jobs where id = ? for update', [id]);
  const connection = orm.em.getConnection();
  const waitingFor = (column: string) =>
    connection.execute<{ pid: number }[]>(
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
       and query ~* '^\\s*(with changed as \\(|)update' and position(? in replace(query, '"', '')) > 0`,
      [`${column} =`],
    );
  return {
    async waiting(column) {
      const [waiting] = await until(
        () => waitingFor(column),
        (found) => found.length === 1,
      );
      return waiting?.pid as number;
    },
    async terminate(process) {
      await connection.execute('select pg_terminate_backend(?)', [process]);
    },
    async release() {
      if (holder.isInTransaction()) await holder.commit();
    },
  };
}
