import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';

/** One file of an archive, as another program reads it. */
export interface ZipEntry {
  readonly name: string;
  readonly isStored: boolean;
  readonly bytes: Buffer;
}

const READ = `
import base64, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    bad = archive.testzip()
    assert bad is None, bad
    print(json.dumps([{
        'name': entry.filename,
        'isStored': entry.compress_type == zipfile.ZIP_STORED,
        'bytes': base64.b64encode(archive.read(entry)).decode(),
    } for entry in archive.infolist()]))
`;

/** The files of an archive in their order, read and checked by Python's own reader. */
export function unpacked(path: string): ZipEntry[] {
  const text = execFileSync('python3', ['-c', READ, path], { encoding: 'utf8', maxBuffer: 1024 ** 3 });
  return (JSON.parse(text) as (Omit<ZipEntry, 'bytes'> & { bytes: string })[]).map((entry) => ({
    ...entry,
    bytes: Buffer.from(entry.bytes, 'base64'),
  }));
}

/** The files of an archive that must have been answered; it is kept in this folder. */
export async function unpackedAnswer(response: Response, folder: string): Promise<ZipEntry[]> {
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip']);
  const path = join(folder, `${randomUUID()}.zip`);
  await writeFile(path, Buffer.from(await response.arrayBuffer()));
  return unpacked(path);
}
