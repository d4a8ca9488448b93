import type { OpenAPIObject } from '@nestjs/swagger';

/** The OpenAPI document, which is made from the code of the application when it is first asked for. */
export class ApiDocument {
  private make: (() => OpenAPIObject) | undefined;
  private document: OpenAPIObject | undefined;

  /** Says how it is made, once the application stands. */
  madeBy(make: () => OpenAPIObject): void {
    this.make = make;
  }

  get(): OpenAPIObject {
    if (!this.make) throw new Error('The OpenAPI document is there when the application stands');
    this.document ??= this.make();
    return this.document;
  }
}
