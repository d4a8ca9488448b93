import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request } from 'express';
import { Public } from '../accounts/infrastructure/http/caller.decorators.ts';
import { Settings } from '../settings.ts';
import { baseUrlOf } from '../shared/http/request.ts';
import { escaped, PAGE_POLICY, page } from './page.ts';

const Page = (): MethodDecorator => (target, key, descriptor: PropertyDescriptor) => {
  Header('Content-Type', 'text/html; charset=utf-8')(target, key, descriptor);
  Header('Content-Security-Policy', PAGE_POLICY)(target, key, descriptor);
};

/** Pages for people. */
@ApiExcludeController()
@Public()
@Controller()
export class PagesController {
  constructor(private readonly settings: Settings) {}

  @Get()
  @Page()
  home(@Req() request: Request): string {
    const address = escaped(baseUrlOf(request, this.settings.http.publicUrl));
    return page(
      'Images, processed while you wait',
      `<p>Upload a JPEG, PNG or WebP with a list of operations – resize, compress, convert, filter –, follow the job, and download the result before it expires. With an account or without.</p>
<pre><code>curl ${address}/api/images/ \\
  -F original_image=@photo.jpg \\
  -F 'operations=[{"operation_type":"resize","parameters":{"width":1200,"height":900}}]'</code></pre>
<ul>
<li><a href="/api/docs/">Swagger UI</a>: every route, to try out here</li>
<li><a href="/api/redoc/">ReDoc</a>: the same document, to read</li>
<li><a href="/api/schema/">OpenAPI document</a>, also <a href="/api/schema/?format=yaml">as YAML</a>, to generate clients from</li>
<li><a href="/api/limits/">Your limits</a></li>
<li><a href="/problems/">Problems</a>: every error code, and how to get past it</li>
</ul>`,
    );
  }

  @Get('playground')
  @Page()
  playground(): string {
    return coming(
      'Playground',
      'a guided builder of requests stands here: drop a picture in, choose what should happen, see the result',
    );
  }

  @Get('login')
  @Page()
  login(): string {
    return coming('Log in', 'the log-in form stands here');
  }

  @Get('register')
  @Page()
  register(): string {
    return coming('Register', 'the registration form stands here');
  }

  @Get('api/documentation')
  @Page()
  guide(): string {
    return coming('Guide', 'a guide from registration to download stands here');
  }
}

function coming(title: string, what: string): string {
  return page(
    title,
    `<p>In a later version ${what}. Until then, <a href="/api/docs/">Swagger UI</a> does all that the API can.</p>`,
  );
}
