import { type CanActivate, Controller, type ExecutionContext, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Caller } from '../../../src/accounts/domain/caller.ts';
import {
  AnonymousToo,
  type CallerRequest,
  CurrentAccount,
} from '../../../src/accounts/infrastructure/http/caller.decorators.ts';
import { POLICIES } from '../../support/callers.ts';

/** Lets in whoever the request says: an account by its id, or nobody that is known. */
class SaysWho implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<CallerRequest>();
    const account = request.get('X-Account');
    request.caller = account
      ? Caller.account(account, 'session', '192.0.2.1', POLICIES)
      : Caller.anonymous('192.0.2.1', POLICIES);
    return true;
  }
}

@Controller('mine')
@UseGuards(SaysWho)
class MistakenController {
  @Get()
  @AnonymousToo()
  list(@CurrentAccount() accountId: string): object {
    return { accountId };
  }
}

@Module({ controllers: [MistakenController] })
class MistakenModule {}

let app: NestExpressApplication;
beforeAll(async () => {
  app = await NestFactory.create<NestExpressApplication>(MistakenModule, { logger: false });
  await app.listen(0, '127.0.0.1');
});
afterAll(() => app.close());

async function mine(headers: Record<string, string>): Promise<[number, unknown]> {
  const { port } = app.getHttpServer().address() as { port: number };
  const answer = await fetch(`http://127.0.0.1:${port}/mine`, { headers });
  return [answer.status, await answer.json()];
}

test('a route that asks for the account, and is open to anonymous callers by mistake, fails for them', async () => {
  expect(await mine({ 'X-Account': 'an-id' })).toEqual([200, { accountId: 'an-id' }]);
  expect((await mine({}))[0]).toBe(500);
});
