import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ApiProblems, BODY_PROBLEMS } from '../../../shared/http/api-problems.ts';
import { HttpSettings } from '../../../shared/http/http.settings.ts';
import { baseUrlOf } from '../../../shared/http/request.ts';
import { AccountSigning } from '../../application/account-signing.ts';
import { ChangePassword } from '../../application/change-password.ts';
import { DeleteAccount } from '../../application/delete-account.ts';
import { FindAccount } from '../../application/find-account.ts';
import { MonthlyUse } from '../../application/monthly-use.ts';
import { RegisterAccount } from '../../application/register-account.ts';
import { Caller } from '../../domain/caller.ts';
import { accountProblems, registrationClosed } from '../../domain/errors.ts';
import { SecuritySettings, ThrottleSettings } from '../accounts.settings.ts';
import {
  AccountDeletionDto,
  AccountDto,
  OwnAccountDto,
  PasswordChangeDto,
  RegisteredAccountDto,
  RegistrationDto,
} from './accounts.dto.ts';
import { AccountsOnly, ByCredentials, CurrentCaller } from './caller.decorators.ts';
import { LimitsDto } from './limits.dto.ts';
import { clearRefreshCookie } from './refresh-cookie.ts';
import { FORMS_TOO } from './sign-in-form.ts';

const { emailTaken } = accountProblems;
const { tooManyWrongPasswords, usernameTaken, wrongCredentials } = accountProblems;

/** Registration, and what an account does with itself. */
@ApiTags('Accounts')
@Controller('accounts')
export class AccountController {
  constructor(
    private readonly registerAccount: RegisterAccount,
    private readonly findAccount: FindAccount,
    private readonly changeAccountPassword: ChangePassword,
    private readonly deleteAccount: DeleteAccount,
    private readonly signing: AccountSigning,
    private readonly monthlyUse: MonthlyUse,
    private readonly security: SecuritySettings,
    private readonly throttle: ThrottleSettings,
    private readonly http: HttpSettings,
  ) {}

  @Post('register')
  @ByCredentials({ countedBy: 'sign-in' })
  @ApiOperation({ operationId: 'register', summary: 'Register an account', description: FORMS_TOO })
  @ApiCreatedResponse({ type: RegisteredAccountDto })
  @ApiProblems(...BODY_PROBLEMS, accountProblems.registrationClosed, usernameTaken, emailTaken)
  async register(@Body() body: RegistrationDto, @Req() request: Request): Promise<RegisteredAccountDto> {
    if (this.security.registration === 'closed') throw registrationClosed();
    const account = await this.registerAccount.execute(body, request.ip ?? '');
    return { message: 'The account has been created', data: AccountDto.of(account) };
  }

  @Get('me')
  @AccountsOnly({ scope: 'any' })
  @ApiOperation({
    operationId: 'getOwnAccount',
    summary: 'Your account and its limits',
    description: 'The account that the token belongs to, with what it may do.',
  })
  @ApiOkResponse({ type: OwnAccountDto })
  @ApiProblems()
  async me(@CurrentCaller() caller: Caller): Promise<OwnAccountDto> {
    const account = await this.findAccount.execute(caller.ownAccountId);
    const since = await this.signing.secretSince(account.id);
    return {
      ...AccountDto.of(account),
      webhook_secret_since: since?.toISOString() ?? null,
      limits: LimitsDto.of(caller, this.throttle, await this.monthlyUse.execute(caller)),
    };
  }

  @Post('password')
  @AccountsOnly()
  @HttpCode(204)
  @ApiOperation({
    operationId: 'changePassword',
    summary: 'Change the password; every session ends',
    description:
      'Needs the present password. Every session ends, this one too; API keys live on unless `revoke_keys` is true.',
  })
  @ApiNoContentResponse({ description: 'Changed' })
  @ApiProblems(...BODY_PROBLEMS, wrongCredentials, tooManyWrongPasswords)
  async changePassword(@CurrentCaller() caller: Caller, @Body() body: PasswordChangeDto): Promise<void> {
    const { current_password: current, new_password: next, revoke_keys: revokeKeys } = body;
    await this.changeAccountPassword.execute(caller, current, next, { revokeKeys });
  }

  @Post('delete')
  @AccountsOnly()
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteAccount',
    summary: 'Delete the account with its jobs and files',
    description: 'Needs the password. Sessions, keys, images and files of the account are gone with it.',
  })
  @ApiNoContentResponse({ description: 'Deleted' })
  @ApiProblems(...BODY_PROBLEMS, wrongCredentials, tooManyWrongPasswords)
  async remove(
    @CurrentCaller() caller: Caller,
    @Body() body: AccountDeletionDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.deleteAccount.execute(caller, body.password);
    clearRefreshCookie(response, baseUrlOf(request, this.http.publicUrl));
  }
}
