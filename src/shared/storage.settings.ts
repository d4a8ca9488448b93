import { join, resolve } from 'node:path';
import { Transform } from 'class-transformer';
import { Expect, IntegerBetween } from './validation.ts';

/** The folder of this machine that files are kept in. */
export class StorageSettings {
  @Transform(({ value }) => resolve(String(value)))
  @Expect({ name: 'dataDir', what: 'the path of a folder', test: (v) => typeof v === 'string' && v !== '' })
  dataDir: string;
  @IntegerBetween(0, Number.MAX_SAFE_INTEGER)
  minimumFreeBytes: number;

  /** Folder of files that do not outlive their request or job. */
  get spoolDir(): string {
    return join(this.dataDir, 'spool');
  }
}
