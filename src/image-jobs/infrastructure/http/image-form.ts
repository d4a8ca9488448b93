import { Logger } from '@nestjs/common';
import type { Request } from 'express';
import type { Caller } from '../../../accounts/domain/caller.ts';
import type { Warning } from '../../../imaging/domain/warning.ts';
import { shown } from '../../../shared/expectation.ts';
import { assertNoFaults, fault } from '../../../shared/http/checked.ts';
import type { Spool } from '../../../shared/spool.ts';
import type { FileStore } from '../../application/ports.ts';
import type { Upload } from '../../application/submit-image.ts';
import { imageJobProblems } from '../../domain/errors.ts';
import { receiveUpload } from './receive-upload.ts';
import type { WantedReader } from './wanted-reader.ts';

const IMAGE = 'original_image';

/** The form of `POST /api/images/`: one image, and what is to be done with it. */
export class ImageForm {
  private readonly logger = new Logger('Upload');

  constructor(
    private readonly spool: Spool,
    private readonly files: FileStore,
    private readonly wantedReader: WantedReader,
    private readonly minimumFreeBytes: number,
  ) {}

  /** @throws what `receiveUpload` throws; validation_failed, with every fault of the form; disk_full */
  async receive(request: Request, caller: Caller): Promise<Upload> {
    await this.assertRoom();
    const { fileBytes } = caller.policy;
    const { limitOwner } = caller;
    const { images, texts, ignoredFields, strayFiles } = await receiveUpload(request, {
      field: IMAGE,
      mostImages: 1,
      fileBytes,
      imagesBytes: fileBytes,
      limitOwner,
      texts: ['operations', 'outputs'],
      spool: this.spool,
    });
    const [image] = images;
    const { wanted, faults } = await this.wantedReader.inForm(texts, caller);
    const stray = strayFiles.map((field) =>
      fault(`/${field}`, 'unknown_field', `Expected a file for ${IMAGE} alone, received one for ${shown(field)}`),
    );
    const missing = fault(
      `/${IMAGE}`,
      'required',
      `Expected one JPEG, PNG or WebP file for ${IMAGE}, received nothing`,
    );
    if (!image) return assertNoFaults([...stray, missing, ...faults]) as never;
    assertNoFaults([...stray, ...faults]);
    return { ...image, wanted, warnings: warningsOf(ignoredFields) };
  }

  /** @throws disk_full, while less is free than the operator wants */
  private async assertRoom(): Promise<void> {
    const free = Math.min(this.spool.freeBytes(), await this.files.freeBytes());
    const floor = this.minimumFreeBytes;
    if (free >= floor) return;
    this.logger.error(`${free} bytes are free on the disk of uploads; below ${floor} they are refused`);
    throw imageJobProblems.diskFull.error(
      `Expected at least ${floor} bytes free on the disk of uploads (limit of the whole service), found fewer`,
      { retryAfter: 60 },
    );
  }
}

function warningsOf(ignoredFields: readonly string[]): Warning[] {
  if (ignoredFields.length === 0) return [];
  const names = [...new Set(ignoredFields)].map(shown).join(', ');
  return [{ code: 'field_ignored', detail: `The form fields ${names} are not known, and were not read` }];
}
