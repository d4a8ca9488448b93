import type { OpenAPIObject } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import { ApiDocument } from '../../../src/web/api-document.ts';
import { DocumentsController } from '../../../src/web/documents/documents.controller.ts';

/** A document that counts how often it is written out. */
function countedDocument() {
  const counted = { times: 0 };
  const document = {
    openapi: '3.1.0',
    paths: {},
    get info() {
      counted.times += 1;
      return { title: 'A service', version: '1' };
    },
  };
  const apiDocument = new ApiDocument();
  apiDocument.madeBy(() => document as OpenAPIObject);
  return { counted, controller: new DocumentsController(apiDocument) };
}

function schemaOf(controller: DocumentsController, query: Record<string, string>): string {
  const sent: string[] = [];
  const response = { vary: () => response, type: () => response, send: (text: string) => sent.push(text) };
  controller.schema({ query, accepts: () => 'json' } as unknown as Request, response as unknown as Response);
  return sent.join();
}

test.each([[{}], [{ format: 'yaml' }], [{ version: '3.0' }], [{ version: '3.0.3', format: 'yaml' }]])(
  'the document that is asked for with %o is written once, however often it is asked for',
  (query) => {
    const { counted, controller } = countedDocument();
    const first = schemaOf(controller, query);
    const { times } = counted;
    expect(first).toContain('A service');
    expect([schemaOf(controller, query), schemaOf(controller, query)]).toEqual([first, first]);
    expect(counted.times).toBe(times);
  },
);
