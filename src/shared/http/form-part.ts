import { MalformedMultipart } from './multipart.ts';

/** What a part of a form is, by its header (RFC 7578). */
export interface FormPart {
  readonly field: string;
  /** What its client calls the file; undefined for none, or an empty one. */
  readonly fileName: string | undefined;
  /** Of its content, in lower case, without parameters; '' if it tells none. */
  readonly type: string;
}

/** `; name=value` or `; name="value"`, where a backslash stands before a quote or another one. */
const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/gs;
/** Longest name of a field. */
const NAME_LENGTH = 128;

/** @throws MalformedMultipart, for a part that is not of a form, or has no name that can be taken */
export function formPartOf(headers: ReadonlyMap<string, string>): FormPart {
  const disposition = headers.get('content-disposition') ?? '';
  if (!/^form-data\s*(?:;|$)/i.test(disposition)) throw new MalformedMultipart('a part is not of a form');
  const parameters = parametersOf(disposition);
  const field = parameters.get('name');
  if (!field) throw new MalformedMultipart('a part has no name');
  if (field.length > NAME_LENGTH) throw new MalformedMultipart('the name of a part is too long');
  const fileName = extendedValue(parameters.get('filename*')) ?? parameters.get('filename');
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  return { field, fileName: fileName || undefined, type: type ?? '' };
}

function parametersOf(disposition: string): Map<string, string> {
  const found = [...disposition.matchAll(PARAMETER)].map(([, name = '', quoted, bare = '']): [string, string] => {
    const value = quoted === undefined ? bare : quoted.replace(/\\(["\\])/g, '$1');
    return [name.toLowerCase(), asTyped(value)];
  });
  return new Map(found.reverse());
}

/** Browsers write these three so, and nothing else: a bare `%` stands for itself (HTML, multipart/form-data). */
function asTyped(value: string): string {
  return value.replace(/%0A/gi, '\n').replace(/%0D/gi, '\r').replace(/%22/g, '"');
}

/** `UTF-8''na%C3%AFve` (RFC 8187); undefined for what cannot be read. */
function extendedValue(value = ''): string | undefined {
  const encoded = /^utf-8'[^']*'(.*)$/is.exec(value)?.[1];
  try {
    return encoded && decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
