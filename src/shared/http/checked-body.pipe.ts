import { type ArgumentMetadata, Body, Injectable, type PipeTransform } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { Fault } from '../application-error.ts';
import { secretExpectation } from '../expectation.ts';
import { assertNoFaults, fault } from '../faults.ts';
import { jsonPointer } from '../json-pointer.ts';
import { type Checked, checked } from './checked.ts';
import { RefusedBody } from './middleware.ts';

type Class<T extends object> = new () => T;

/** Checks every JSON body against the class that its handler names, and reports all faults at once. */
@Injectable()
export class CheckedBodyPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body' || !metatype || metatype === Object || metatype === PartlyCheckedBody) return value;
    return new PartlyCheckedBody(checkedBody(metatype as Class<object>, value)).whole([]);
  }
}

/**
 * The body, checked against this class, for a handler that has more to check of it than a class can say: settings, the
 * clock and what is stored. It tells the faults of both together.
 */
export function PartlyChecked<T extends object>(Class: Class<T>): ParameterDecorator {
  const pipe = { transform: (value: unknown) => new PartlyCheckedBody(checkedBody(Class, value)) };
  return (target, name = '', index) => {
    Body(pipe)(target, name, index);
    ApiBody({ type: Class })(target, name, Object.getOwnPropertyDescriptor(target, name) ?? {});
  };
}

/** A body of which more is to be checked before anybody has the whole of it. */
export class PartlyCheckedBody<T extends object> {
  constructor(private readonly body: Checked<T>) {}

  /** The members that have no fault by themselves; of the others nothing more needs to be said. */
  get sound(): Partial<T> {
    const { value, faults } = this.body;
    const faulty = new Set(faults.map(({ pointer }) => pointer));
    return Object.fromEntries(Object.entries(value).filter(([name]) => !faulty.has(jsonPointer([name])))) as Partial<T>;
  }

  /** @throws validation_failed, with the faults of the body itself and those that were found beside them */
  whole(others: readonly Fault[]): T {
    assertNoFaults([...this.body.faults, ...others]);
    return this.body.value;
  }
}

/** @throws why the body could not be read; validation_failed when it is no object */
function checkedBody<T extends object>(Class: Class<T>, value: unknown): Checked<T> {
  if (value instanceof RefusedBody) throw value.reason;
  assertNoFaults(notAnObject(value));
  return checked(Class, value ?? {}, [], 'body');
}

/** A body that is no object may be anything, so it is not repeated. */
function notAnObject(body: unknown): Fault[] {
  const isObject = typeof (body ?? {}) === 'object' && !Array.isArray(body);
  return isObject ? [] : [fault([], 'invalid_value', secretExpectation('an object', 'body', body))];
}
