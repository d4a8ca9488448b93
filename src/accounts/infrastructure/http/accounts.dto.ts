import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { isEmail } from 'class-validator';
import { IgnoresUnknownMembers } from '../../../shared/http/checked.ts';
import { NULLABLE_TIME } from '../../../shared/http/nullable.ts';
import { Expect, Flag, OneOf, Optional, TextBetween } from '../../../shared/validation.ts';
import type { Account } from '../../domain/account.ts';
import { EMAIL_LENGTH, isShortEnough, isUsername, mayBeNamed, USERNAME_LENGTH } from '../../domain/account-name.ts';
import { PASSWORD_MAX, PASSWORD_MIN, PASSWORD_RULES } from '../../domain/password-rules.ts';
import type { Session } from '../../domain/session.ts';
import { listedPasswords } from '../credentials/listed-passwords.ts';
import { LimitsDto } from './limits.dto.ts';

/** Longest text that a token or name field may hold, where it is only looked up. */
const LOOKED_UP = 4096;

/** A password that keeps the rules for the `username` and `email` beside it. */
const GoodPassword = (): PropertyDecorator =>
  applyDecorators(
    TextBetween(PASSWORD_MIN, PASSWORD_MAX, { secret: true }),
    ...PASSWORD_RULES.map(({ name, code, what, isKept }) =>
      Expect({
        name,
        code,
        what,
        secret: true,
        test: (value, { object }) => {
          const { username, email } = object as RegistrationDto;
          return (
            typeof value !== 'string' ||
            isKept(value, { username: String(username), email: String(email) }, listedPasswords)
          );
        },
      }),
    ),
  );

@IgnoresUnknownMembers()
@ApiSchema({ name: 'Registration', description: 'A new account' })
export class RegistrationDto {
  @ApiProperty({
    minLength: 1,
    maxLength: USERNAME_LENGTH,
    example: 'ada',
    description:
      'Letters and digits of any script, and `@ . + - _`. Unique without regard to case; one with `@` must equal the e-mail',
  })
  @Expect({
    name: 'username',
    what: 'a text of 1 to 150 letters, digits and @ . + - _',
    test: (v) => typeof v === 'string' && isUsername(v),
  })
  @Expect({
    name: 'ownEmail',
    code: 'not_own_email',
    what: "a text without @, or the account's own e-mail",
    test: (v, { object }) => typeof v !== 'string' || mayBeNamed(v, String((object as RegistrationDto).email)),
  })
  username: string;

  @ApiProperty({
    format: 'email',
    maxLength: EMAIL_LENGTH,
    example: 'ada@example.com',
    description: 'Unique without regard to case',
  })
  @Expect({
    name: 'email',
    what: 'an e-mail address of at most 254 characters',
    test: (v) => typeof v === 'string' && isEmail(v) && isShortEnough(v),
  })
  email: string;

  @ApiProperty({
    minLength: PASSWORD_MIN,
    maxLength: PASSWORD_MAX,
    format: 'password',
    example: 'a picture says more',
    description: 'Not a common one, not all digits, not too close to the name or e-mail',
  })
  @GoodPassword()
  password: string;
}

@IgnoresUnknownMembers()
@ApiSchema({ name: 'Credentials', description: 'What a log-in needs' })
export class CredentialsDto {
  @ApiProperty({ example: 'ada', maxLength: LOOKED_UP, description: 'Username or e-mail' })
  @TextBetween(1, LOOKED_UP)
  username: string;

  @ApiProperty({ format: 'password', maxLength: PASSWORD_MAX, example: 'a picture says more' })
  @TextBetween(1, PASSWORD_MAX, { secret: true })
  password: string;

  @ApiPropertyOptional({
    enum: ['cookie'],
    description: 'For pages of this service: keeps the refresh token in a cookie, and out of the answer',
  })
  @Optional()
  @OneOf(['cookie'])
  session?: 'cookie';
}

@IgnoresUnknownMembers()
@ApiSchema({ name: 'RefreshToken', description: 'What refreshing and logging out need' })
export class RefreshTokenDto {
  @ApiPropertyOptional({
    maxLength: LOOKED_UP,
    description: 'The refresh token; left out where it is kept in the cookie',
  })
  @Optional()
  @TextBetween(1, LOOKED_UP, { secret: true })
  refresh?: string;
}

@ApiSchema({ name: 'PasswordChange', description: 'The present password and the new one' })
export class PasswordChangeDto {
  @ApiProperty({ format: 'password', maxLength: PASSWORD_MAX })
  @TextBetween(1, PASSWORD_MAX, { secret: true })
  current_password: string;

  @ApiProperty({ format: 'password', minLength: PASSWORD_MIN, maxLength: PASSWORD_MAX })
  @TextBetween(PASSWORD_MIN, PASSWORD_MAX, { secret: true })
  new_password: string;

  @ApiPropertyOptional({ description: 'Whether the API keys of the account are revoked too; left out, they live on' })
  @Optional()
  @Flag()
  revoke_keys?: boolean;
}

@ApiSchema({ name: 'AccountDeletion', description: 'The password, once more' })
export class AccountDeletionDto {
  @ApiProperty({ format: 'password', maxLength: PASSWORD_MAX })
  @TextBetween(1, PASSWORD_MAX, { secret: true })
  password: string;
}

@ApiSchema({ name: 'Account', description: 'An account' })
export class AccountDto {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ example: 'ada' }) username: string;
  @ApiProperty({ format: 'email', example: 'ada@example.com' }) email: string;
  @ApiProperty({ format: 'date-time' }) created_at: string;

  static of({ id, username, email, createdAt }: Account): AccountDto {
    return { id, username, email, created_at: createdAt.toISOString() };
  }
}

@ApiSchema({ name: 'RegisteredAccount', description: 'The account that was made' })
export class RegisteredAccountDto {
  @ApiProperty({ example: 'The account has been created' }) message: string;
  @ApiProperty() data: AccountDto;
}

@ApiSchema({ name: 'OwnAccount', description: "The caller's own account, with its limits" })
export class OwnAccountDto extends AccountDto {
  @ApiProperty() limits: LimitsDto;
  @ApiProperty({
    ...NULLABLE_TIME,
    description: 'Since when the account has a secret that signs what uploads send to a `webhook_url`; null for none',
  })
  webhook_secret_since: string | null;
}

@ApiSchema({ name: 'TokenPair', description: 'The tokens of a session' })
export class TokenPairDto {
  @ApiProperty({ description: 'JWT for `Authorization: Bearer`' }) access: string;
  @ApiPropertyOptional({ description: 'JWT for `/accounts/refresh/`; left out where it is kept in the cookie' })
  refresh?: string;
  @ApiProperty({ enum: ['Bearer'] }) token_type: 'Bearer';
  @ApiProperty({ type: 'integer', description: 'Life of the access token, in seconds', example: 600 })
  expires_in: number;
}

@ApiSchema({ name: 'Session', description: 'A log-in that has not ended' })
export class SessionDto {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ format: 'date-time', description: 'Its latest log-in or refresh' }) last_used_at: string;
  @ApiProperty({ example: '192.0.2.7', description: 'Address of the log-in' }) address: string;
  @ApiProperty({ example: 'curl/8.5.0', description: 'User agent of the log-in' }) agent: string;
  @ApiProperty({ description: 'Whether it is the session of this request' }) current: boolean;

  static of(session: Session, currentId: string | null): SessionDto {
    const { id, createdAt, refreshedAt, address, agent } = session;
    const times = { created_at: createdAt.toISOString(), last_used_at: refreshedAt.toISOString() };
    return { id, ...times, address, agent, current: id === currentId };
  }
}

@ApiSchema({ name: 'SessionList', description: 'Sessions, newest first' })
export class SessionListDto {
  @ApiProperty({ type: [SessionDto] }) results: SessionDto[];
}
