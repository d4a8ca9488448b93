import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { BodySchema } from '../../../shared/http/body-schema.ts';
import { Expect, ONE_LINE, Optional, SomeOf, Time } from '../../../shared/validation.ts';
import { type ApiKey, DEFAULT_YEARS, MOST_YEARS } from '../../domain/api-key.ts';
import { KEY_START } from '../../domain/key-text.ts';
import { SCOPE_NAMES, SCOPES, type Scope } from '../../domain/scope.ts';

/** Longest name of a key, in characters. */
const NAME_LENGTH = 100;

const SCOPE_LIST = SCOPE_NAMES.map((name) => `\`${name}\`: ${SCOPES[name]}`).join('; ');

@BodySchema({ name: 'NewApiKey', description: 'What a new key is called, may do, and how long it lives' })
export class NewApiKeyDto {
  @ApiProperty({
    minLength: 1,
    maxLength: NAME_LENGTH,
    pattern: ONE_LINE.pattern,
    example: 'nightly import',
    description: 'For you to tell it by',
  })
  @Expect({
    name: 'keyName',
    what: `a text of 1 to ${NAME_LENGTH} characters on one line`,
    test: (value) =>
      typeof value === 'string' && ONE_LINE.characters.test(value) && value !== '' && [...value].length <= NAME_LENGTH,
  })
  name: string;

  @ApiProperty({
    enum: SCOPE_NAMES,
    isArray: true,
    minItems: 1,
    uniqueItems: true,
    example: ['images:read', 'images:write'],
    description: SCOPE_LIST,
  })
  @SomeOf(SCOPE_NAMES)
  scopes: Scope[];

  @ApiPropertyOptional({
    format: 'date-time',
    example: '2027-06-30T12:00:00Z',
    description: `When it ends: at most ${MOST_YEARS} years from now; left out, ${DEFAULT_YEARS} year`,
  })
  @Optional()
  @Time()
  expires_at?: string;
}

@ApiSchema({ name: 'ApiKey', description: 'A key of the account, without its secret' })
export class ApiKeyDto {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ example: 'nightly import' }) name: string;
  @ApiProperty({ enum: SCOPE_NAMES, isArray: true }) scopes: Scope[];
  @ApiProperty({ example: `${KEY_START}Qx71bTz0`, description: 'How the key begins' }) prefix: string;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ format: 'date-time' }) expires_at: string;
  @ApiProperty({ format: 'date-time', type: 'string', nullable: true, description: 'To the minute; null for never' })
  last_used_at: string | null;

  static of({ id, name, scopes, prefix, createdAt, expiresAt, lastUsedAt }: ApiKey): ApiKeyDto {
    return {
      id,
      name,
      scopes: [...scopes],
      prefix: `${KEY_START}${prefix}`,
      created_at: createdAt.toISOString(),
      expires_at: expiresAt.toISOString(),
      last_used_at: lastUsedAt?.toISOString() ?? null,
    };
  }
}

@ApiSchema({ name: 'MadeApiKey', description: 'A new key, shown this once' })
export class MadeApiKeyDto extends ApiKeyDto {
  @ApiProperty({
    example: `${KEY_START}Qx71bTz0_${'x'.repeat(49)}`,
    pattern: `^${KEY_START}[A-Za-z0-9]{8}_[A-Za-z0-9_-]{49}$`,
    description: 'The key, for `Authorization: Bearer`. It is shown this once: nobody can tell it again',
  })
  key: string;
}

@ApiSchema({ name: 'ApiKeyList', description: 'Keys, newest first' })
export class ApiKeyListDto {
  @ApiProperty({ type: [ApiKeyDto] }) results: ApiKeyDto[];
}
