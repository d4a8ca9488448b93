import { Problem } from './application-error.ts';

/** The problems that any request can meet, whatever it asks for. */
export const requestProblems = {
  validationFailed: new Problem({
    code: 'validation_failed',
    kind: 'invalid',
    title: 'The request is not valid',
    meaning: 'One or more fields of the request are missing, unknown, of the wrong type or out of range.',
    remedy:
      'Read `errors`: each entry points at one field and says what was expected and what came. Correct them all and send the request again.',
  }),
  malformedRequest: new Problem({
    code: 'malformed_request',
    kind: 'invalid',
    title: 'The request cannot be read',
    meaning:
      'The body is not the JSON or multipart form that it claims to be, or the request breaks the rules of HTTP.',
    remedy: 'Check the body, its Content-Type and its boundary; let an HTTP library build the request.',
  }),
  notFound: new Problem({
    code: 'not_found',
    kind: 'not_found',
    title: 'There is no such page or route',
    meaning: 'Nothing is served at this path.',
    remedy: 'Check the path against the documentation at `/api/docs/`.',
  }),
  bodyTooLarge: new Problem({
    code: 'body_too_large',
    kind: 'too_large',
    title: 'The body or a field is too large',
    meaning: 'A JSON body or a form field is larger than the server reads.',
    remedy: 'Shorten the field that the message names.',
  }),
  unsupportedMediaType: new Problem({
    code: 'unsupported_media_type',
    kind: 'unsupported',
    title: 'The body is of a type that is not supported here',
    meaning:
      'The Content-Type of the request is not the one that this route reads, or its multipart form is compressed (`Content-Encoding`).',
    remedy:
      'Send the type that the API document (`/api/docs/`) names for this route; send multipart forms uncompressed.',
  }),
  tooManyRequests: new Problem({
    code: 'too_many_requests',
    kind: 'too_many',
    title: 'Too many requests',
    meaning:
      'The caller has sent as many requests as any 60 seconds may hold. Requests are counted by account, and by address for anonymous callers; registrations and log-ins are counted apart from them, and so are downloads.',
    remedy: 'Wait for the seconds in `Retry-After`. Registering raises the rate.',
  }),
  internalError: new Problem({
    code: 'internal_error',
    kind: 'internal',
    title: 'Something went wrong on our side',
    meaning: 'The server failed in a way that it did not expect. Nothing about your request is known to be wrong.',
    remedy: 'Try again later. If it happens again, tell the operator the `request_id`: it finds the cause in the log.',
  }),
  unavailable: new Problem({
    code: 'unavailable',
    kind: 'unavailable',
    title: 'A part of the service is down',
    meaning: 'The database, the storage or the queue does not answer at the moment.',
    remedy: 'Try again after the seconds in `Retry-After`.',
  }),
};
