import { type NamedFile, safeFileName } from './file-name.ts';

/** Names of the files of one archive: safe ones, and no two are alike where letters are taken without regard to case. */
export class ArchiveNames {
  private readonly taken = new Set<string>();

  /** A name that no file has got yet. */
  add(file: NamedFile): string {
    for (let copy = 1; ; copy += 1) {
      const name = safeFileName(file, copy);
      const folded = name.toUpperCase().normalize('NFC');
      if (this.taken.has(folded)) continue;
      this.taken.add(folded);
      return name;
    }
  }
}
