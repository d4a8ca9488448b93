import type { OpenAPIObject } from '@nestjs/swagger';

/** Holds the OpenAPI document, which is made from the code once the application stands. */
export class ApiDocument {
  private document: OpenAPIObject | undefined;

  publish(document: OpenAPIObject): OpenAPIObject {
    this.document = document;
    return document;
  }

  get(): OpenAPIObject {
    if (!this.document) throw new Error('The OpenAPI document is published when the application starts');
    return this.document;
  }
}
