import { Module } from '@nestjs/common';
import { ApiDocument } from './api-document.ts';
import { DocumentsController } from './documents/documents.controller.ts';
import { PagesController } from './pages/pages.controller.ts';
import { ProblemsController } from './pages/problems.controller.ts';

/** Pages and documents. */
@Module({
  controllers: [PagesController, ProblemsController, DocumentsController],
  providers: [ApiDocument],
  exports: [ApiDocument],
})
export class WebModule {}
