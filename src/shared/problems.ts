import { Problem } from './application-error.ts';

/** The problems that any request can meet, whatever it asks for. */
export const requestProblems = {
  validationFailed: new Problem(
    'validation_failed',
    'invalid',
    'The request is not valid',
    'One or more fields of the request are missing, unknown, of the wrong type or out of range.',
    'Read `errors`: each entry points at one field and says what was expected and what came. Correct them all and send the request again.',
  ),
  malformedRequest: new Problem(
    'malformed_request',
    'invalid',
    'The request cannot be read',
    'The body is not the JSON or multipart form that it claims to be, or the request breaks the rules of HTTP.',
    'Check the body, its Content-Type and its boundary; let an HTTP library build the request.',
  ),
  notFound: new Problem(
    'not_found',
    'not_found',
    'There is no such page or route',
    'Nothing is served at this path.',
    'Check the path against the documentation at `/api/docs/`.',
  ),
  methodNotAllowed: new Problem(
    'method_not_allowed',
    'method_not_allowed',
    'The method is not allowed here',
    'The path exists, but not with this HTTP method.',
    'Use one of the methods that the `Allow` header names.',
  ),
  requestTimeout: new Problem(
    'request_timeout',
    'timeout',
    'The request took too long to arrive',
    'The headers or the body of the request did not arrive within the time that the server waits.',
    'Send the request again over a faster connection, or send a smaller file.',
  ),
  bodyTooLarge: new Problem(
    'body_too_large',
    'too_large',
    'The body or a field is too large',
    'A JSON body or a form field is larger than the server reads.',
    'Shorten the field that the message names.',
  ),
  headersTooLarge: new Problem(
    'headers_too_large',
    'headers_too_large',
    'The headers are too large',
    'The request line and the headers are together larger than the server reads.',
    'Send fewer or shorter headers; drop cookies that this service does not need.',
  ),
  unsupportedMediaType: new Problem(
    'unsupported_media_type',
    'unsupported',
    'The body is of a type that is not supported here',
    'The Content-Type of the request is not the one that this route reads.',
    'Send `application/json` to `/accounts/…` (or a form, to register, log in, refresh and log out), and `multipart/form-data` to `/api/images/`.',
  ),
  expectationFailed: new Problem(
    'expectation_failed',
    'expectation',
    'The expectation cannot be met',
    'The `Expect` header asks for something other than `100-continue`.',
    'Send the request without the `Expect` header.',
  ),
  tooManyRequests: new Problem(
    'too_many_requests',
    'too_many',
    'Too many requests',
    'The caller has sent as many requests as any 60 seconds may hold. Requests are counted by account, and by address for anonymous callers; registrations and log-ins are counted apart from them, and so are downloads.',
    'Wait for the seconds in `Retry-After`. Registering raises the rate.',
  ),
  internalError: new Problem(
    'internal_error',
    'internal',
    'Something went wrong on our side',
    'The server failed in a way that it did not expect. Nothing about your request is known to be wrong.',
    'Try again later. If it happens again, tell the operator the `request_id`: it finds the cause in the log.',
  ),
  unavailable: new Problem(
    'unavailable',
    'unavailable',
    'A part of the service is down',
    'The database, the storage or the queue does not answer at the moment.',
    'Try again after the seconds in `Retry-After`.',
  ),
};
