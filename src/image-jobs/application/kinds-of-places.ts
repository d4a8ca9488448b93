import { imageJobProblems } from '../domain/errors.ts';
import { Places, RefusedPlaces } from './places.ts';

/** Places for requests that wait until their job is final, whoever's they are; who finds none is answered at once. */
export class WaitingPlaces extends Places {
  constructor({ places }: { readonly places: number }) {
    super({ places, perAccount: places, perAddress: places });
  }
}

/** Places for event streams. */
export class StreamPlaces extends RefusedPlaces {
  protected readonly what = 'event streams';
  protected readonly full = imageJobProblems.streamsFull;
  protected readonly tooMany = imageJobProblems.tooManyStreams;
}

/** Places for uploads: each holds a file that grows, and memory, for as long as its client sends; a batch is one. */
export class UploadPlaces extends RefusedPlaces {
  protected readonly what = 'uploads';
  protected readonly full = imageJobProblems.uploadsFull;
  protected readonly tooMany = imageJobProblems.tooManyUploads;
}

/** Places for downloads: each holds a file or a connection to the store, and memory, for as long as its client reads. */
export class DownloadPlaces extends RefusedPlaces {
  protected readonly what = 'downloads';
  protected readonly full = imageJobProblems.downloadsFull;
  protected readonly tooMany = imageJobProblems.tooManyDownloads;
}
