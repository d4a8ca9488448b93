import { Problem } from '../../shared/application-error.ts';

/** The problems of accounts, sessions and tokens. */
export const accountProblems = {
  usernameTaken: new Problem(
    'username_taken',
    'conflict',
    'The username is taken',
    'Another account has this username, or has it as its e-mail. Names and e-mails are unique without regard to case.',
    'Choose another username.',
  ),
  emailTaken: new Problem(
    'email_taken',
    'conflict',
    'The e-mail is taken',
    'Another account has this e-mail, or has it as its username.',
    'Log in with it, or register with another e-mail.',
  ),
  registrationClosed: new Problem(
    'registration_closed',
    'not_found',
    'Registration is closed',
    'The operator of this service creates the accounts.',
    'Ask the operator for an account.',
  ),
  wrongCredentials: new Problem(
    'wrong_credentials',
    'unauthenticated',
    'The name or the password is wrong',
    'No account has this name and password.',
    'Check both. The name is the username or the e-mail; the password is exact to the letter.',
  ),
  tooManyWrongPasswords: new Problem(
    'too_many_wrong_passwords',
    'too_many',
    'Too many wrong passwords',
    'Too many wrong passwords came for this name in the last minute or hour. It reads the same whether or not the name exists.',
    'Wait for the seconds in `Retry-After`.',
  ),
  notAuthenticated: new Problem(
    'not_authenticated',
    'unauthenticated',
    'Log in first',
    'This route needs an access token, and none came.',
    'Log in at `/accounts/login/` and send `Authorization: Bearer <access>`.',
  ),
  invalidToken: new Problem(
    'invalid_token',
    'unauthenticated',
    'The token is not valid',
    'The token is malformed, forged, expired, of the wrong kind, or its session has ended. It is never taken for an anonymous request.',
    'Refresh the tokens at `/accounts/refresh/`, or log in again; or leave out the `Authorization` header to be anonymous.',
  ),
  foreignOrigin: new Problem(
    'foreign_origin',
    'invalid',
    'The request comes from another site',
    'A session kept in a cookie can be refreshed or ended only from pages of this service.',
    'Send the refresh token in the body, or call from a page of this service.',
  ),
  sessionNotFound: new Problem(
    'session_not_found',
    'not_found',
    'There is no such session',
    'The session has ended, or it belongs to someone else.',
    'List your sessions at `/accounts/sessions/`.',
  ),
};
