import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Clock } from '../../../shared/clock.ts';
import { assertNoFaults, fault } from '../../../shared/faults.ts';
import { ApiProblems, BODY_PROBLEMS } from '../../../shared/http/api-problems.ts';
import { HttpSettings } from '../../../shared/http/http.settings.ts';
import { IdParam } from '../../../shared/http/id-param.ts';
import { baseUrlOf } from '../../../shared/http/request.ts';
import { EndSession, LogOut } from '../../application/end-sessions.ts';
import { LogIn } from '../../application/log-in.ts';
import { SessionRepository, Tokens } from '../../application/ports.ts';
import { RefreshSession } from '../../application/refresh-session.ts';
import { Caller } from '../../domain/caller.ts';
import { accountProblems } from '../../domain/errors.ts';
import type { Session } from '../../domain/session.ts';
import { AccountsOnly, ByCredentials, CurrentAccount, CurrentCaller } from './caller.decorators.ts';
import { assertOwnOrigin, clearRefreshCookie, refreshTokenOf, setRefreshCookie, usesCookie } from './refresh-cookie.ts';
import { CredentialsDto, RefreshTokenDto, SessionDto, SessionListDto, TokenPairDto } from './sessions.dto.ts';
import { FORMS_TOO } from './sign-in-form.ts';

const { foreignOrigin, invalidToken, sessionNotFound, tooManyWrongPasswords, wrongCredentials } = accountProblems;

/** Log-in, refresh, log-out, and an account's view of its sessions. */
@ApiTags('Accounts')
@Controller('accounts')
export class SessionsController {
  constructor(
    private readonly openSession: LogIn,
    private readonly refreshSession: RefreshSession,
    private readonly closeSession: LogOut,
    private readonly endSession: EndSession,
    private readonly sessions: SessionRepository,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
    private readonly http: HttpSettings,
  ) {}

  @Post('login')
  @ByCredentials({ countedBy: 'sign-in' })
  @HttpCode(200)
  @ApiOperation({ operationId: 'logIn', summary: 'Log in by username or e-mail', description: FORMS_TOO })
  @ApiOkResponse({ type: TokenPairDto })
  @ApiProblems(...BODY_PROBLEMS, foreignOrigin, wrongCredentials, tooManyWrongPasswords)
  async logIn(
    @Body() { username, password, session }: CredentialsDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TokenPairDto> {
    if (session === 'cookie') assertOwnOrigin(request, this.http.publicUrl);
    const client = { address: request.ip ?? '', agent: request.headers['user-agent'] ?? '' };
    const opened = await this.openSession.execute({
      name: username,
      password,
      ...client,
      inCookie: session === 'cookie',
    });
    return this.tokenPair(opened, request, response);
  }

  @Post('refresh')
  @ByCredentials({ countedBy: 'session' })
  @HttpCode(200)
  @ApiOperation({
    operationId: 'refreshTokens',
    summary: 'Exchange the refresh token for new tokens',
    description: FORMS_TOO,
  })
  @ApiOkResponse({ type: TokenPairDto })
  @ApiProblems(...BODY_PROBLEMS, foreignOrigin, invalidToken)
  async refresh(
    @Body() _body: RefreshTokenDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TokenPairDto> {
    const session = await this.refreshSession.execute(this.refreshToken(request));
    return this.tokenPair(session, request, response);
  }

  @Post('logout')
  @ByCredentials({ countedBy: 'session' })
  @HttpCode(204)
  @ApiOperation({ operationId: 'logOut', summary: 'End the session of a refresh token', description: FORMS_TOO })
  @ApiNoContentResponse({ description: 'Ended, also when it had ended before' })
  @ApiProblems(...BODY_PROBLEMS, foreignOrigin)
  async logOut(
    @Body() _body: RefreshTokenDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.closeSession.execute(this.refreshToken(request));
    clearRefreshCookie(response, baseUrlOf(request, this.http.publicUrl));
  }

  @Get('sessions')
  @AccountsOnly()
  @ApiOperation({
    operationId: 'listSessions',
    summary: 'Your sessions, newest first',
    description:
      'One for each log-in that has not ended, the thousand newest at most, with the address and the program that it came from.',
  })
  @ApiOkResponse({ type: SessionListDto })
  @ApiProblems()
  async list(@CurrentCaller() caller: Caller): Promise<SessionListDto> {
    const sessions = await this.sessions.listOf(caller.ownAccountId, this.clock.now());
    return { results: sessions.map((session) => SessionDto.of(session, caller.sessionId)) };
  }

  @Delete('sessions/:id')
  @AccountsOnly()
  @HttpCode(204)
  @ApiOperation({
    operationId: 'endSession',
    summary: 'End one of your sessions',
    description: 'Its tokens are refused from now on, at once.',
  })
  @IdParam()
  @ApiNoContentResponse({ description: 'Ended' })
  @ApiProblems(sessionNotFound)
  async end(@CurrentAccount() accountId: string, @Param('id') id: string): Promise<void> {
    await this.endSession.execute(accountId, id);
  }

  /** The token from the body; from the cookie only for pages of this service. */
  private refreshToken(request: Request): string {
    if (usesCookie(request)) assertOwnOrigin(request, this.http.publicUrl);
    const token = refreshTokenOf(request);
    if (token === undefined) {
      assertNoFaults([fault(['refresh'], 'required', 'Expected a refresh token for refresh, received nothing')]);
    }
    return token ?? '';
  }

  private tokenPair(session: Session, request: Request, response: Response): TokenPairDto {
    const refresh = this.tokens.refresh(session);
    if (session.inCookie) {
      const life = { now: this.clock.now(), expiresAt: session.expiresAt };
      setRefreshCookie(response, refresh, life, baseUrlOf(request, this.http.publicUrl));
    }
    const { token: access, expiresInSeconds } = this.tokens.access(session);
    return {
      access,
      ...(session.inCookie ? {} : { refresh }),
      token_type: 'Bearer',
      expires_in: expiresInSeconds,
    };
  }
}
