import { isIP } from 'node:net';
import { Transform } from 'class-transformer';
import { isURL } from 'class-validator';
import { numberFrom, OrUnset } from '../setting-values.ts';
import { Expect, IntegerBetween } from '../validation.ts';

/** An address, a network such as `10.0.0.0/8`, or Express's name for some. */
function isProxy(entry: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(entry)) return true;
  const [address = '', prefix = '0', ...rest] = entry.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits && rest.length === 0;
}

/** Where and how the API is served. */
export class HttpSettings {
  @Expect({ name: 'host', what: 'a host name or address', test: (v) => typeof v === 'string' && /^[\w.:-]+$/.test(v) })
  host: string;
  @IntegerBetween(0, 65_535)
  port: number;
  @OrUnset()
  @Expect({
    name: 'publicUrl',
    what: 'an http or https URL without a path or a query',
    test: (v) =>
      typeof v === 'string' &&
      isURL(v, { protocols: ['http', 'https'], require_tld: false, require_protocol: true }) &&
      // Paths in answers, of cookies and in pages begin at the root.
      /^[a-z]+:\/\/[^/?#@]+\/?$/i.test(v) &&
      URL.canParse(v),
  })
  publicUrl: string | null;
  @Transform(({ value }) => numberFrom(String(value)))
  @Expect({
    name: 'trustProxy',
    what: '"off", a hop count from 1 to 16, or a comma-separated list of addresses, loopback, linklocal or uniquelocal',
    test: (v) =>
      v === 'off' ||
      (typeof v === 'number'
        ? v >= 1 && v <= 16
        : String(v)
            .split(',')
            .every((entry) => isProxy(entry.trim()))),
  })
  trustProxy: string | number;
  @Expect({
    name: 'corsOrigins',
    what: '"*" or a comma-separated list of origins such as https://example.com',
    test: (v) =>
      v === '*' || (typeof v === 'string' && v.split(',').every((o) => /^https?:\/\/[^/\s]+$/.test(o.trim()))),
  })
  corsOrigins: string;
  @IntegerBetween(1, 3600)
  headersTimeoutSeconds: number;
  @IntegerBetween(1, 3600)
  keepAliveSeconds: number;
  @IntegerBetween(1, 86_400)
  requestTimeoutSeconds: number;
  /** No shorter than any answer keeps a client waiting for its first byte (`Prefer: wait`), twice over. */
  @IntegerBetween(60, 86_400)
  stallSeconds: number;
  @IntegerBetween(1, 3600)
  shutdownGraceSeconds: number;
}
