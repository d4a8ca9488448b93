import 'reflect-metadata';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import { SecuritySettings } from '../../../src/accounts/infrastructure/accounts.settings.ts';
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
  return { counted, controller: new DocumentsController(apiDocument, new SecuritySettings()) };
}

function schemaOf(controller: DocumentsController, query: Record<string, string>): unknown {
  const sent: unknown[] = [];
  const response = { vary: () => response, type: () => response, send: (bytes: unknown) => sent.push(bytes) };
  controller.schema({ query, accepts: () => 'json' } as unknown as Request, response as unknown as Response);
  return sent[0];
}

test.each([[{}], [{ format: 'yaml' }], [{ version: '3.0' }], [{ version: '3.0.3', format: 'yaml' }]])(
  'the document that is asked for with %o is written once, however often it is asked for',
  (query) => {
    const { counted, controller } = countedDocument();
    const first = schemaOf(controller, query);
    const { times } = counted;
    expect(String(first)).toContain('A service');
    // Its very bytes: of those that wait to be taken there is one copy.
    expect(schemaOf(controller, query)).toBe(first);
    expect(counted.times).toBe(times);
  },
);
