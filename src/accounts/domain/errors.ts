import { type ApplicationError, Problem } from '../../shared/application-error.ts';
import { MOST_KEYS } from './api-key.ts';

/** The problems of accounts, sessions and tokens. */
export const accountProblems = {
  usernameTaken: new Problem({
    code: 'username_taken',
    kind: 'conflict',
    title: 'The username is taken',
    meaning:
      'Another account has this username, or has it as its e-mail. Names and e-mails are unique without regard to case.',
    remedy: 'Choose another username.',
  }),
  emailTaken: new Problem({
    code: 'email_taken',
    kind: 'conflict',
    title: 'The e-mail is taken',
    meaning: 'Another account has this e-mail, or has it as its username.',
    remedy: 'Log in with it, or register with another e-mail.',
  }),
  registrationClosed: new Problem({
    code: 'registration_closed',
    kind: 'not_found',
    title: 'Registration is closed',
    meaning: 'The operator of this service creates the accounts.',
    remedy: 'Ask the operator for an account.',
  }),
  wrongCredentials: new Problem({
    code: 'wrong_credentials',
    kind: 'unauthenticated',
    title: 'The name or the password is wrong',
    meaning: 'No account has this name and password.',
    remedy: 'Check both. The name is the username or the e-mail; the password is exact to the letter.',
  }),
  tooManyWrongPasswords: new Problem({
    code: 'too_many_wrong_passwords',
    kind: 'too_many',
    title: 'Too many wrong passwords',
    meaning:
      'Too many wrong passwords came for this name in the last minute or hour. It reads the same whether or not the name exists.',
    remedy: 'Wait for the seconds in `Retry-After`.',
  }),
  notAuthenticated: new Problem({
    code: 'not_authenticated',
    kind: 'unauthenticated',
    title: 'Log in first',
    meaning: 'This route needs an access token or an API key, and none came.',
    remedy: 'Log in at `/accounts/login/` and send `Authorization: Bearer <access>`, or send an API key in its place.',
  }),
  invalidToken: new Problem({
    code: 'invalid_token',
    kind: 'unauthenticated',
    title: 'The token is not valid',
    meaning:
      'The token is malformed, forged, expired, of the wrong kind, or its session has ended; or the API key is mistyped, expired or revoked. It is never taken for an anonymous request.',
    remedy:
      'Refresh the tokens at `/accounts/refresh/`, or log in again; make a new API key on your account page; or leave out the `Authorization` header to be anonymous.',
    bearerError: 'invalid_token',
  }),
  missingScope: new Problem({
    code: 'missing_scope',
    kind: 'forbidden',
    title: 'The API key is not for this',
    meaning:
      'The key is valid, but none of its scopes opens this route. Keys, sessions and passwords are open to no key.',
    remedy: 'Make a key with the scope that the message names, or log in where no scope helps.',
  }),
  keyNotFound: new Problem({
    code: 'key_not_found',
    kind: 'not_found',
    title: 'There is no such API key',
    meaning: 'The key has been revoked, or it belongs to someone else.',
    remedy: 'List your keys at `/accounts/keys/`.',
  }),
  tooManyKeys: new Problem({
    code: 'too_many_keys',
    kind: 'conflict',
    title: 'The account has as many API keys as it may',
    meaning: `An account may have ${MOST_KEYS} API keys, expired ones included.`,
    remedy: 'Revoke one that is not used: `last_used_at` tells which.',
  }),
  foreignOrigin: new Problem({
    code: 'foreign_origin',
    kind: 'invalid',
    title: 'The request comes from another site',
    meaning: 'A session kept in a cookie can be opened, refreshed or ended only from pages of this service.',
    remedy: 'Log in without `session` and send the refresh token in the body, or call from a page of this service.',
  }),
  sessionNotFound: new Problem({
    code: 'session_not_found',
    kind: 'not_found',
    title: 'There is no such session',
    meaning: 'The session has ended, or it belongs to someone else.',
    remedy: 'List your sessions at `/accounts/sessions/`.',
  }),
};

/** Said to whoever would register where the operator alone makes accounts. */
export function registrationClosed(): ApplicationError {
  return accountProblems.registrationClosed.error(
    'Expected a service whose registration is open, found it closed by the operator',
  );
}

/** Said to the token of an account that has been deleted since the token was checked. */
export function accountGone(): ApplicationError {
  return accountProblems.invalidToken.error('Expected the token of an account, received one of no account');
}

/** Said to whoever was let in, and would not be any more when the answer is due. */
export function shutOutMeanwhile(): ApplicationError {
  return accountProblems.invalidToken.error(
    'Expected a session or an API key that lives until the answer, received one that has ended meanwhile',
  );
}
