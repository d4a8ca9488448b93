import { Controller, Get, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request } from 'express';
import { registrationClosed } from '../../accounts/domain/errors.ts';
import { Public } from '../../accounts/infrastructure/http/caller.decorators.ts';
import { Settings } from '../../settings/settings.ts';
import { baseUrlOf } from '../../shared/http/request.ts';
import { ApiDocument } from '../api-document.ts';
import { accountPage } from './account-page.ts';
import { guidePage } from './guide-page.ts';
import { homePage } from './home-page.ts';
import { Page } from './page.decorator.ts';
import { playgroundPage } from './playground-page.ts';
import { loginPage, registerPage } from './sign-in-pages.ts';

/** Pages for people. */
@ApiExcludeController()
@Public()
@Controller()
export class PagesController {
  constructor(
    private readonly settings: Settings,
    private readonly apiDocument: ApiDocument,
  ) {}

  @Get()
  @Page()
  home(@Req() request: Request): string {
    return homePage(this.addressOf(request), this.settings);
  }

  @Get('playground')
  @Page()
  playground(@Req() request: Request): string {
    return playgroundPage(this.addressOf(request), this.settings);
  }

  @Get('login')
  @Page()
  login(): string {
    return loginPage(this.settings.security.registration === 'open');
  }

  @Get('register')
  @Page()
  register(): string {
    if (this.settings.security.registration === 'open') return registerPage();
    throw registrationClosed();
  }

  @Get('account')
  @Page()
  account(): string {
    return accountPage(this.settings);
  }

  @Get('api/documentation')
  @Page()
  guide(@Req() request: Request): string {
    return guidePage(this.addressOf(request), this.settings, this.apiDocument.get());
  }

  private addressOf(request: Request): string {
    return baseUrlOf(request, this.settings.http.publicUrl);
  }
}
