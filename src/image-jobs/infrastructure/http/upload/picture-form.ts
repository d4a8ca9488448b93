import { Logger } from '@nestjs/common';
import type { Request } from 'express';
import type { RecheckCaller } from '../../../../accounts/application/recheck-caller.ts';
import type { Caller } from '../../../../accounts/domain/caller.ts';
import type { ImageHeaderReader } from '../../../../imaging/application/ports.ts';
import type { ImageFacts } from '../../../../imaging/domain/image-facts.ts';
import type { Warning } from '../../../../imaging/domain/warning.ts';
import type { ApplicationError } from '../../../../shared/application-error.ts';
import { shown } from '../../../../shared/expectation.ts';
import { assertNoFaults, fault, refusalOf } from '../../../../shared/faults.ts';
import type { Spool } from '../../../../shared/spool.ts';
import type { StorageSettings } from '../../../../shared/storage.settings.ts';
import type { UploadPlaces } from '../../../application/kinds-of-places.ts';
import type { FileStore } from '../../../application/ports.ts';
import type { WebhookUrls } from '../../../application/webhook-urls.ts';
import { imageJobProblems } from '../../../domain/errors.ts';
import { WANTED_MEMBERS, type Wanted } from '../../../domain/wanted.ts';
import type { WantedReader } from '../wanted/wanted-reader.ts';
import { WEBHOOK_URL, webhookUrlIn } from '../webhook-url-field.ts';
import type { ReceivedUpload, UploadLimits } from './form-inbox.ts';
import { receiveUpload } from './receive-upload.ts';
import type { SpooledImage } from './spooled-images.ts';

/** What a form may bring. */
type FormLimits = Pick<UploadLimits, 'field' | 'mostImages' | 'imagesBytes' | 'refusesAlone' | 'tooLargeTogether'>;

/** Images that have come in a form, and what is to be done with them. */
export interface ReceivedForm extends Pick<ReceivedUpload, 'images' | 'refused'> {
  readonly wanted: Wanted;
  /** Where the events of their jobs are sent as well. */
  readonly webhookUrl?: string;
  /** What its caller should know of the form. */
  readonly warnings: readonly Warning[];
  /** Why nothing new can be made of it: what it names does not do, or does not any more. */
  readonly objection?: ApplicationError;
}

/** Forms with images, and what is to be done with them. */
export class PictureForm {
  private readonly logger = new Logger('Upload');

  constructor(
    private readonly spool: Spool,
    private readonly headers: ImageHeaderReader,
    private readonly files: FileStore,
    private readonly wantedReader: WantedReader,
    private readonly webhookUrls: WebhookUrls,
    private readonly storage: StorageSettings,
    private readonly recheck: RecheckCaller,
    private readonly places: UploadPlaces,
  ) {}

  /**
   * Gives what has come to `use`; the spool files are there until it is done.
   * Faults of what the form names, its preset and the address of its events, are no refusal yet: what a repeated request
   * has made before is answered whatever has become of them.
   * @throws what `receiveUpload` throws; validation_failed, with every fault of the form; too_many_uploads, uploads_full;
   * invalid_token, if there are faults to tell to a caller who has been shut out while the form came; what `use` throws
   */
  async receive<T>(
    request: Request,
    caller: Caller,
    limits: FormLimits,
    use: (form: ReceivedForm) => Promise<T>,
  ): Promise<T> {
    const { limitOwner, policy } = caller;
    const uploadLimits = {
      ...limits,
      fileBytes: policy.fileBytes,
      limitOwner,
      texts: [...WANTED_MEMBERS, WEBHOOK_URL],
      spool: this.spool,
      assertRoom: () => this.assertRoom(),
      factsOf: (image: SpooledImage) => this.factsOf(image, limits.field),
    };
    const takePlace = () => this.places.take(caller);
    return receiveUpload(request, uploadLimits, takePlace, async (upload) =>
      use(await this.checked(upload, caller, limits)),
    );
  }

  private async checked(upload: ReceivedUpload, caller: Caller, limits: FormLimits): Promise<ReceivedForm> {
    const { images, refused, texts, ignoredFields, strayFiles } = upload;
    const { wanted, faults, presetFaults } = await this.wantedReader.inForm(texts, caller);
    const { webhookUrl, faults: urlFaults } = await webhookUrlIn(texts, caller, this.webhookUrls);
    const { field } = limits;
    const stray = strayFiles.map((other) =>
      fault([other], 'unknown_field', `Expected a file for ${field} alone, received one for ${shown(other)}`),
    );
    const hasImage = images.length + refused.length > 0;
    const what = limits.mostImages === 1 ? 'one JPEG, PNG or WebP file' : 'JPEG, PNG or WebP files';
    const missing = fault([field], 'required', `Expected ${what} for ${field}, received nothing`);
    const ofForm = [...stray, ...(hasImage ? [] : [missing]), ...faults];
    const ofNamed = [...presetFaults, ...urlFaults];
    if (ofForm.length + ofNamed.length > 0) await this.recheck.assertLetIn(caller);
    if (ofForm.length > 0) assertNoFaults([...ofForm, ...ofNamed]);
    const objection = refusalOf(ofNamed);
    const form = { images, refused, wanted, warnings: warningsOf(ignoredFields) };
    return { ...form, ...(webhookUrl !== undefined && { webhookUrl }), ...(objection && { objection }) };
  }

  /** Read while other files come. Who needs it hears of a refusal; nobody may, where the form is at fault. */
  private factsOf({ path, format }: SpooledImage, field: string): Promise<ImageFacts> {
    const facts = this.headers.read(path, format, field);
    facts.catch(() => undefined);
    return facts;
  }

  /** @throws disk_full, while less is free than the operator wants */
  private async assertRoom(): Promise<void> {
    const free = Math.min(this.spool.freeBytes(), await this.files.freeBytes());
    const floor = this.storage.minimumFreeBytes;
    if (free >= floor) return;
    this.logger.error(`${free} bytes are free on the disk of uploads; below ${floor} they are refused`);
    throw imageJobProblems.diskFull.error(
      `Expected at least ${floor} bytes free on the disk of uploads (limit of the whole service), found fewer`,
      { retryAfter: 60, isLogged: true },
    );
  }
}

function warningsOf(ignoredFields: readonly string[]): Warning[] {
  if (ignoredFields.length === 0) return [];
  const names = [...new Set(ignoredFields)].map(shown).join(', ');
  return [{ code: 'field_ignored', detail: `The form fields ${names} are not known, and were not read` }];
}
