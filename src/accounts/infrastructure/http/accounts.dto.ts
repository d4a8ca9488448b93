import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { isEmail } from 'class-validator';
import { BodySchema } from '../../../shared/http/body-schema.ts';
import { IgnoresUnknownMembers } from '../../../shared/http/checked.ts';
import { NULLABLE_TIME } from '../../../shared/http/nullable.ts';
import { Expect, Flag, Optional, TextBetween } from '../../../shared/validation.ts';
import type { Account } from '../../domain/account.ts';
import { EMAIL_LENGTH, isShortEnough, isUsername, mayBeNamed, USERNAME_LENGTH } from '../../domain/account-name.ts';
import { PASSWORD_MAX, PASSWORD_MIN, PASSWORD_RULES } from '../../domain/password-rules.ts';
import { listedPasswords } from '../credentials/listed-passwords.ts';
import { LimitsDto } from './limits.dto.ts';

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
    what: `a text of 1 to ${USERNAME_LENGTH} letters, digits and @ . + - _`,
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
    what: `an e-mail address of at most ${EMAIL_LENGTH} characters`,
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

@BodySchema({ name: 'PasswordChange', description: 'The present password and the new one' })
export class PasswordChangeDto {
  @ApiProperty({ format: 'password', minLength: 1, maxLength: PASSWORD_MAX })
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

@BodySchema({ name: 'AccountDeletion', description: 'The password, once more' })
export class AccountDeletionDto {
  @ApiProperty({ format: 'password', minLength: 1, maxLength: PASSWORD_MAX })
  @TextBetween(1, PASSWORD_MAX, { secret: true })
  password: string;
}

@ApiSchema({ name: 'Account', description: 'An account' })
export class AccountDto {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ example: 'ada' }) username: string;
  /** Of any script, which the format `email` does not know. */
  @ApiProperty({ example: 'ada@example.com' }) email: string;
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
