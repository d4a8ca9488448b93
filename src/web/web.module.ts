import { Module } from '@nestjs/common';
import { DocumentsController } from './documents.controller.ts';
import { OpenApiDocument } from './openapi-document.ts';
import { PagesController } from './pages.controller.ts';
import { ProblemsController } from './problems.controller.ts';

/** Pages and documents. */
@Module({ controllers: [PagesController, ProblemsController, DocumentsController], providers: [OpenApiDocument] })
export class WebModule {}
