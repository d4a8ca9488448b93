import { applyDecorators, Header } from '@nestjs/common';
import { PAGE_POLICY } from './page.ts';

/** For routes that answer with a page: its type, its Content-Security-Policy, and that browsers ask again each time. */
export const Page = (policy = PAGE_POLICY): MethodDecorator =>
  applyDecorators(
    Header('Content-Type', 'text/html; charset=utf-8'),
    Header('Content-Security-Policy', policy),
    Header('Cache-Control', 'no-cache'),
  );
