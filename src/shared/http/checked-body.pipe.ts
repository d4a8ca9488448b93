import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { assertNoFaults, checked } from './checked.ts';

/** Checks every JSON body against the class that its handler names, and reports all faults at once. */
@Injectable()
export class CheckedBodyPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body' || !metatype || metatype === Object) return value;
    const body = checked(metatype as new () => object, value ?? {}, '', 'body');
    assertNoFaults(body.faults);
    return body.value;
  }
}
