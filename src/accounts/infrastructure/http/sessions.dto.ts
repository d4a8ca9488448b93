import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IgnoresUnknownMembers } from '../../../shared/http/checked.ts';
import { OneOf, Optional, TextBetween } from '../../../shared/validation.ts';
import { PASSWORD_MAX } from '../../domain/password-rules.ts';
import type { Session } from '../../domain/session.ts';

/** Longest text that a token or name field may hold, where it is only looked up. */
const LOOKED_UP = 4096;

@IgnoresUnknownMembers()
@ApiSchema({ name: 'Credentials', description: 'What a log-in needs' })
export class CredentialsDto {
  @ApiProperty({ example: 'ada', minLength: 1, maxLength: LOOKED_UP, description: 'Username or e-mail' })
  @TextBetween(1, LOOKED_UP)
  username: string;

  @ApiProperty({ format: 'password', minLength: 1, maxLength: PASSWORD_MAX, example: 'a picture says more' })
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
    minLength: 1,
    maxLength: LOOKED_UP,
    description: 'The refresh token; left out where it is kept in the cookie',
  })
  @Optional()
  @TextBetween(1, LOOKED_UP, { secret: true })
  refresh?: string;
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
