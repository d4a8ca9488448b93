import { Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '../../../shared/clock.ts';
import { ApiProblems, BODY_PROBLEMS } from '../../../shared/http/api-problems.ts';
import { PartlyChecked, PartlyCheckedBody } from '../../../shared/http/checked-body.pipe.ts';
import { IdParam } from '../../../shared/http/id-param.ts';
import { faultsOfExpiry, MakeApiKey } from '../../application/make-api-key.ts';
import { ApiKeyRepository } from '../../application/ports.ts';
import { RevokeApiKey } from '../../application/revoke-api-key.ts';
import type { Caller } from '../../domain/caller.ts';
import { accountProblems } from '../../domain/errors.ts';
import { AccountsOnly, CurrentAccount, CurrentCaller } from './caller.decorators.ts';
import { ApiKeyDto, ApiKeyListDto, MadeApiKeyDto, NewApiKeyDto } from './keys.dto.ts';

const { keyNotFound, tooManyKeys } = accountProblems;

/** The account's API keys; no key reaches them. */
@ApiTags('Accounts')
@Controller('accounts/keys')
@AccountsOnly()
export class KeysController {
  constructor(
    private readonly makeApiKey: MakeApiKey,
    private readonly keys: ApiKeyRepository,
    private readonly revokeApiKey: RevokeApiKey,
    private readonly clock: Clock,
  ) {}

  @Post()
  @ApiOperation({
    operationId: 'createApiKey',
    summary: 'Make an API key for a program',
    description: 'The key is shown in this answer and never again.',
  })
  @ApiCreatedResponse({ type: MadeApiKeyDto })
  @ApiProblems(...BODY_PROBLEMS, tooManyKeys)
  async create(
    @CurrentCaller() caller: Caller,
    @PartlyChecked(NewApiKeyDto) body: PartlyCheckedBody<NewApiKeyDto>,
  ): Promise<MadeApiKeyDto> {
    const { expires_at: expiry } = body.sound;
    const expiresAt = expiry === undefined ? undefined : new Date(expiry);
    const { name, scopes } = body.whole(faultsOfExpiry(expiresAt, this.clock.now()));
    const { key, text } = await this.makeApiKey.execute(caller, { name, scopes, expiresAt });
    return { ...ApiKeyDto.of(key), key: text };
  }

  @Get()
  @ApiOperation({
    operationId: 'listApiKeys',
    summary: 'Your API keys, newest first',
    description: 'With the scopes and the latest use of each; the keys themselves are not shown.',
  })
  @ApiOkResponse({ type: ApiKeyListDto })
  @ApiProblems()
  async list(@CurrentAccount() accountId: string): Promise<ApiKeyListDto> {
    return { results: (await this.keys.listOf(accountId)).map(ApiKeyDto.of) };
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'revokeApiKey',
    summary: 'Revoke an API key, at once',
    description: 'Requests with it are refused from now on, at once.',
  })
  @IdParam()
  @ApiNoContentResponse({ description: 'Revoked' })
  @ApiProblems(keyNotFound)
  async revoke(@CurrentAccount() accountId: string, @Param('id') id: string): Promise<void> {
    await this.revokeApiKey.execute(accountId, id);
  }
}
