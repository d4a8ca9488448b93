import type { Operation } from '../../src/imaging/operations/operations.ts';

type ParametersOf<Type extends Operation['operation_type']> = Extract<
  Operation,
  { operation_type: Type }
>['parameters'];

/** A resize, as a job stores it. */
export function resize(
  width: number,
  height: number,
  fit: ParametersOf<'resize'>['fit'] = 'fill',
  more: Pick<ParametersOf<'resize'>, 'gravity' | 'color'> = {},
): Operation {
  return { operation_type: 'resize', parameters: { width, height, fit, ...more } };
}

/** A part that is kept, as a job stores it. */
export function crop(parameters: ParametersOf<'crop'>): Operation {
  return { operation_type: 'crop', parameters };
}

/** Edges, as a job stores them. */
export function pad(pads: Partial<ParametersOf<'pad'>>): Operation {
  return { operation_type: 'pad', parameters: { top: 0, right: 0, bottom: 0, left: 0, color: 'transparent', ...pads } };
}

/** A scaling, as a job stores it. */
export function scale(box: { width?: number; height?: number; enlarge?: boolean }): Operation {
  return { operation_type: 'scale', parameters: { enlarge: false, ...box } };
}

/** A turn to the right, as a job stores it. */
export function rotate(angle: ParametersOf<'rotate'>['angle']): Operation {
  return { operation_type: 'rotate', parameters: { angle } };
}

/** A mirroring, as a job stores it. */
export function flip(axis: ParametersOf<'flip'>['axis']): Operation {
  return { operation_type: 'flip', parameters: { axis } };
}

/** Light and colours, as a job stores them. */
export function adjust(some: Partial<ParametersOf<'adjust'>>): Operation {
  return { operation_type: 'adjust', parameters: { brightness: 100, contrast: 100, saturation: 100, hue: 0, ...some } };
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

/** A compression to at most so many bytes, up to a quality where one is given, as a job stores it. */
export function compressTo(max_bytes: number, quality?: number): Operation {
  return { operation_type: 'compress', parameters: { ...(quality && { quality }), max_bytes, effort: 'balanced' } };
}
