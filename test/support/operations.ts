import type { Operation } from '../../src/imaging/operations/operations.ts';

type ParametersOf<Type extends Operation['operation_type']> = Extract<
  Operation,
  { operation_type: Type }
>['parameters'];

/** A resize, as a job stores it. */
export function resize(width: number, height: number, fit: ParametersOf<'resize'>['fit'] = 'fill'): Operation {
  return { operation_type: 'resize', parameters: { width, height, fit } };
}

/** A filter, as a job stores it. */
export function filter(type: ParametersOf<'filter'>['type']): Operation {
  return { operation_type: 'filter', parameters: { type } };
}

/** A conversion, as a job stores it. */
export function convert(format: ParametersOf<'convert'>['format']): Operation {
  return { operation_type: 'convert', parameters: { format } };
}

/** A compression, as a job stores it. */
export function compress(quality: number, effort: ParametersOf<'compress'>['effort'] = 'balanced'): Operation {
  return { operation_type: 'compress', parameters: { quality, effort } };
}
