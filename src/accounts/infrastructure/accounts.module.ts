import { EntityManager } from '@mikro-orm/core';
import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { ThrottlerModule } from '@nestjs/throttler';
import { Clock } from '../../shared/clock.ts';
import { ReadableBodyGuard } from '../../shared/http/readable-body.guard.ts';
import { StorageSettings } from '../../shared/storage.settings.ts';
import { adapter, useCase } from '../../shared/use-case.ts';
import { AccountBelongings, EraseBelongings } from '../application/account-belongings.ts';
import { AccountSigning } from '../application/account-signing.ts';
import { AdministerAccount } from '../application/administer-account.ts';
import { AuthenticateKey } from '../application/authenticate-key.ts';
import { ChangePassword, ConfirmPassword } from '../application/change-password.ts';
import { DeleteAccount } from '../application/delete-account.ts';
import { EndSession, LogOut } from '../application/end-sessions.ts';
import { FindAccount } from '../application/find-account.ts';
import { LogIn } from '../application/log-in.ts';
import { MakeApiKey } from '../application/make-api-key.ts';
import { MonthlyUse } from '../application/monthly-use.ts';
import { PasswordGuesses } from '../application/password-guesses.ts';
import {
  AccountRepository,
  ApiKeyRepository,
  AuditLog,
  MonthlyImages,
  PasswordHasher,
  SessionRepository,
  SlidingWindows,
  Tokens,
} from '../application/ports.ts';
import { RecheckCaller } from '../application/recheck-caller.ts';
import { RefreshSession } from '../application/refresh-session.ts';
import { RegisterAccount } from '../application/register-account.ts';
import { RevokeApiKey } from '../application/revoke-api-key.ts';
import { PasswordKnowledge } from '../domain/password-rules.ts';
import { UsagePolicies } from '../domain/usage-policy.ts';
import { PoliciesSettings, SecuritySettings } from './accounts.settings.ts';
import { Argon2PasswordHasher } from './credentials/argon2-password-hasher.ts';
import { JwtStrategy } from './credentials/jwt.strategy.ts';
import { jwtSecret } from './credentials/jwt-secret.ts';
import { JwtTokens } from './credentials/jwt-tokens.ts';
import { listedPasswords } from './credentials/listed-passwords.ts';
import { AccessGuard } from './http/access.guard.ts';
import { AccountController } from './http/account.controller.ts';
import { CallerGuard } from './http/caller.guard.ts';
import { CallerThrottlerGuard } from './http/caller-throttler.guard.ts';
import { KeysController } from './http/keys.controller.ts';
import { LimitsController } from './http/limits.controller.ts';
import { SessionsController } from './http/sessions.controller.ts';
import { SIGN_IN_ROUTES, signInForm } from './http/sign-in-form.ts';
import { NestAuditLog } from './nest-audit-log.ts';
import { SlidingThrottlerStorage } from './rates/sliding-throttler-storage.ts';
import { SlidingWindowsModule } from './rates/sliding-windows.module.ts';
import { SessionsSweep } from './sessions-sweep.ts';
import { MikroOrmAccountRepository } from './sql/mikro-orm-account.repository.ts';
import { MikroOrmApiKeyRepository } from './sql/mikro-orm-api-key.repository.ts';
import { MikroOrmSessionRepository } from './sql/mikro-orm-session.repository.ts';
import { SqlMonthlyImages } from './sql/sql-monthly-images.ts';

/** The length of the window that requests are counted in. */
const MINUTE_MS = 60_000;

/** Who calls, and what they may do. */
@Module({
  imports: [
    PassportModule,
    SlidingWindowsModule,
    ThrottlerModule.forRootAsync({
      imports: [SlidingWindowsModule],
      inject: [SlidingWindows],
      useFactory: (windows: SlidingWindows) => ({
        throttlers: [{ ttl: MINUTE_MS, limit: 1 }],
        storage: new SlidingThrottlerStorage(windows),
      }),
    }),
  ],
  controllers: [AccountController, SessionsController, KeysController, LimitsController],
  providers: [
    adapter(AccountRepository, MikroOrmAccountRepository, EntityManager),
    adapter(SessionRepository, MikroOrmSessionRepository, EntityManager),
    adapter(ApiKeyRepository, MikroOrmApiKeyRepository, EntityManager),
    adapter(MonthlyImages, SqlMonthlyImages, EntityManager),
    { provide: PasswordHasher, useFactory: () => new Argon2PasswordHasher() },
    { provide: PasswordKnowledge, useValue: listedPasswords },
    {
      provide: Tokens,
      inject: [SecuritySettings, StorageSettings, Clock],
      useFactory: (security: SecuritySettings, storage: StorageSettings, clock: Clock) =>
        new JwtTokens(jwtSecret({ security, storage }), security.accessTokenSeconds, clock),
    },
    {
      provide: JwtStrategy,
      inject: [SecuritySettings, StorageSettings, SessionRepository, Clock, UsagePolicies],
      useFactory: (
        security: SecuritySettings,
        storage: StorageSettings,
        sessions: SessionRepository,
        clock: Clock,
        policies: UsagePolicies,
      ) => new JwtStrategy(jwtSecret({ security, storage }), sessions, clock, policies),
    },
    { provide: UsagePolicies, useExisting: PoliciesSettings },
    useCase(PasswordGuesses, PasswordHasher, SlidingWindows, SecuritySettings),
    useCase(LogIn, AccountRepository, SessionRepository, PasswordGuesses, Clock, SecuritySettings, AuditLog),
    useCase(RefreshSession, SessionRepository, Tokens, Clock, SecuritySettings),
    AccountBelongings,
    AccountSigning,
    { provide: AuditLog, useClass: NestAuditLog },
    useCase(RegisterAccount, AccountRepository, PasswordHasher, Clock, AuditLog),
    useCase(FindAccount, AccountRepository),
    useCase(LogOut, SessionRepository, Tokens),
    useCase(EndSession, SessionRepository),
    useCase(ConfirmPassword, AccountRepository, PasswordGuesses, AuditLog),
    useCase(ChangePassword, ConfirmPassword, AccountRepository, PasswordHasher, PasswordKnowledge, AuditLog),
    useCase(EraseBelongings, AccountRepository, AccountBelongings),
    useCase(DeleteAccount, ConfirmPassword, AccountRepository, EraseBelongings, AuditLog),
    useCase(MakeApiKey, ApiKeyRepository, Clock),
    useCase(RevokeApiKey, ApiKeyRepository),
    useCase(AuthenticateKey, ApiKeyRepository, Clock, UsagePolicies),
    useCase(MonthlyUse, MonthlyImages, Clock),
    useCase(RecheckCaller, SessionRepository, ApiKeyRepository, Clock),
    useCase(AdministerAccount, AccountRepository, SessionRepository, ApiKeyRepository, PasswordHasher, Clock, AuditLog),
    useCase(SessionsSweep, SessionRepository, MonthlyImages, Clock),
    CallerThrottlerGuard,
    // In this order: who calls, may they now, may they call this, and, as only whom these let in is told, is it readable?
    { provide: APP_GUARD, useClass: CallerGuard },
    { provide: APP_GUARD, useExisting: CallerThrottlerGuard },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_GUARD, useClass: ReadableBodyGuard },
  ],
  exports: [
    AccountRepository,
    AdministerAccount,
    RegisterAccount,
    MonthlyImages,
    SessionRepository,
    AccountBelongings,
    EraseBelongings,
    AccountSigning,
    RecheckCaller,
    SlidingWindowsModule,
  ],
})
export class AccountsModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(signInForm).forRoutes(...SIGN_IN_ROUTES.map((path) => ({ path, method: RequestMethod.POST })));
  }
}
