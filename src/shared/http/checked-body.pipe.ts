import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import type { Fault } from '../application-error.ts';
import { secretExpectation } from '../expectation.ts';
import { assertNoFaults, fault } from '../faults.ts';
import { checked } from './checked.ts';
import { RefusedBody } from './middleware.ts';

/** Checks every JSON body against the class that its handler names, and reports all faults at once. */
@Injectable()
export class CheckedBodyPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body' || !metatype || metatype === Object) return value;
    if (value instanceof RefusedBody) throw value.reason;
    assertNoFaults(notAnObject(value));
    const body = checked(metatype as new () => object, value ?? {}, [], 'body');
    assertNoFaults(body.faults);
    return body.value;
  }
}

/** A body that is no object may be anything, so it is not repeated. */
function notAnObject(body: unknown): Fault[] {
  const isObject = typeof (body ?? {}) === 'object' && !Array.isArray(body);
  return isObject ? [] : [fault([], 'invalid_value', secretExpectation('an object', 'body', body))];
}
