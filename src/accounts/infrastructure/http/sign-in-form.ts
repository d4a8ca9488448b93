import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { urlencoded } from 'express';
import { ApplicationError } from '../../../shared/application-error.ts';
import { expectation } from '../../../shared/expectation.ts';
import { formPartOf } from '../../../shared/http/form-part.ts';
import { gatheredBytes } from '../../../shared/http/gathered-bytes.ts';
import {
  assertNotEncoded,
  awaitedBody,
  JSON_BYTES,
  onlyUtf8,
  RefusedBody,
  refusalOfBytes,
} from '../../../shared/http/middleware.ts';
import { boundaryOf, MalformedMultipart, partsOf } from '../../../shared/http/multipart.ts';
import { utf8Text } from '../../../shared/http/utf8.ts';
import { requestProblems } from '../../../shared/problems.ts';

const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';
/** Most fields of a form; those that are not known are ignored. */
const FIELDS = 64;

/** Registration, log-in, refresh and log-out. */
export const SIGN_IN_ROUTES = ['register', 'login', 'refresh', 'logout'].map((name) => `accounts/${name}`);

/** What the OpenAPI document says of these routes: a second type of body there would split the methods of generated clients. */
export const FORMS_TOO =
  'The body may also come as `application/x-www-form-urlencoded` or `multipart/form-data`; members that are not named here are ignored.';

const PARSERS: Readonly<Record<string, RequestHandler>> = {
  [FORM]: urlencoded({
    limit: JSON_BYTES,
    type: FORM,
    extended: false,
    parameterLimit: FIELDS,
    verify: onlyUtf8(unescaped),
  }),
  [MULTIPART]: (request, _response, next) => {
    textsOf(request).then((texts) => {
      request.body = texts;
      next();
    }, next);
  },
};

/**
 * Reads the forms that clients of the public service send to the sign-in routes, before the guards, as JSON is; a body
 * that is refused stays refused until the request is counted. The kind of session is taken from JSON alone: other sites
 * can make a browser send a form.
 */
export function signInForm(request: Request, response: Response, next: NextFunction): void {
  if (request.body instanceof RefusedBody && !request.is('application/json')) readForm(request, response, next);
  else next();
}

function readForm(request: Request, response: Response, next: NextFunction): void {
  const refuse = (reason: unknown) => {
    request.body = new RefusedBody(reason);
    next();
  };
  const parse = PARSERS[request.is([FORM, MULTIPART]) || ''];
  const declared = Number(request.headers['content-length'] ?? 0);
  if (!parse || declared > JSON_BYTES) {
    refuse(parse ? tooLarge() : notAForm(request));
    return;
  }
  awaitedBody(request, response);
  request.body = undefined;
  parse(request, response, (error?: unknown) => {
    if (error) {
      refuse(translated(error));
      return;
    }
    const { session: _ofJsonAlone, ...fields } = request.body ?? {};
    request.body = fields;
    next();
  });
}

function notAForm({ headers }: Request) {
  const detail = expectation(`application/json, ${FORM} or ${MULTIPART}`, 'Content-Type', headers['content-type']);
  return requestProblems.unsupportedMediaType.error(detail);
}

function tooLarge() {
  return requestProblems.bodyTooLarge.error(`Expected a form of at most ${JSON_BYTES} bytes, received a larger one`);
}

/** The bytes that a form escapes, in place of their escapes; what only begins like one is left. */
function unescaped(form: Buffer): Buffer {
  const text = form.toString('latin1');
  const bytes = text.replaceAll(/%([0-9a-f]{2})/gi, (_escape, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

/** The fields of a multipart form; those that come more than once are lists, as in a form of the other type. */
async function textsOf(request: Request): Promise<Record<string, string | string[]>> {
  assertNotEncoded(request);
  const texts = new Map<string, string[]>();
  let parts = 0;
  for await (const { headers, content } of partsOf(bytesOf(request), boundaryOf(request.headers))) {
    parts += 1;
    const { field, fileName } = formPartOf(headers);
    if (parts > FIELDS || fileName !== undefined) throw new MalformedMultipart('it has too many parts, or a file');
    const value = utf8Text(await gatheredBytes(content, JSON_BYTES, tooLarge), 'a field of the form');
    texts.set(field, [...(texts.get(field) ?? []), value]);
  }
  return Object.fromEntries([...texts].map(([field, all]) => [field, all.length === 1 ? (all[0] as string) : all]));
}

async function* bytesOf(request: Request): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > JSON_BYTES) throw tooLarge();
    yield chunk;
  }
}

/** What the parsers of forms say; a field's value is never repeated, it may be a password. */
function translated(thrown: unknown): unknown {
  const error = refusalOfBytes(thrown);
  if (error instanceof ApplicationError) return error;
  const { type } = error as { type?: string };
  if (type === 'entity.too.large') return tooLarge();
  // The charset or the encoding is not one that is read here.
  if (type?.endsWith('.unsupported')) return error;
  return requestProblems.malformedRequest.error(
    `Expected a form of at most ${FIELDS} fields and no files, received one that cannot be read`,
  );
}
