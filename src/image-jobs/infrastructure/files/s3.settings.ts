import { OrUnset } from '../../../shared/setting-values.ts';
import { Expect, IntegerBetween, OneOf, TextBetween } from '../../../shared/validation.ts';

/** The bucket that images are kept in, if there is one. */
export class S3Settings {
  @OrUnset()
  @Expect({
    name: 'bucket',
    what: 'the name of a bucket',
    test: (v) => typeof v === 'string' && /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(v),
  })
  bucket: string | null;
  @OrUnset()
  @Expect({
    name: 'endpoint',
    what: 'an http or https URL',
    test: (v) => typeof v === 'string' && URL.canParse(v) && /^https?:$/.test(new URL(v).protocol),
  })
  endpoint: string | null;
  @Expect({ name: 'region', what: 'a region', test: (v) => typeof v === 'string' && /^[\w-]+$/.test(v) })
  region: string;
  @OneOf(['auto', 'true', 'false'])
  forcePathStyle: 'auto' | 'true' | 'false';
  @OrUnset()
  @TextBetween(1, 256, { secret: true })
  accessKeyId: string | null;
  @OrUnset()
  @TextBetween(1, 1024, { secret: true })
  secretAccessKey: string | null;
  @OrUnset()
  @TextBetween(1, 8192, { secret: true })
  sessionToken: string | null;
  @IntegerBetween(1, 300)
  timeoutSeconds: number;
}
