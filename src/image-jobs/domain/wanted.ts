import type { WantedOutput } from './output.ts';

/** The members of a request that can say what is wanted; each request has one of them. */
export const WANTED_MEMBERS = ['operations', 'outputs', 'preset'] as const;

/** What a request wants to be made of a picture: `operations` want one output, `outputs` or a preset as many as they name. */
export interface Wanted {
  readonly outputs: readonly WantedOutput[];
  /** The member that says so. */
  readonly member: (typeof WANTED_MEMBERS)[number];
  /** The preset's name, where it is one that says so. */
  readonly preset?: string;
}

/** JSON pointer to an operation of an output, or to a parameter of it; a preset's insides are not in the request. */
export function pointerTo({ member }: Wanted, output: number, operation: number, parameter?: string): string {
  if (member === 'preset') return '/preset';
  const list = member === 'outputs' ? `/outputs/${output}/operations` : '/operations';
  return `${list}/${operation}${parameter ? `/parameters/${parameter}` : ''}`;
}
