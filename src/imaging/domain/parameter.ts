import type { ImageLimits } from './image-limits.ts';

/** A bound that is the same for all (`Infinity` for none), or the name of the limit that sets it. */
export type Bound = number | keyof ImageLimits;

/** What is told of every parameter. */
interface Told {
  /** What it means, a phrase for documents. */
  readonly about: string;
  /** Its name on pages; the parameter's own when left out. */
  readonly label?: string;
  /** May be left out, though it has no default. */
  readonly optional?: true;
  /** The other parameter that it may be left out beside, though it has no default. */
  readonly unless?: string;
  /** It means something only where another parameter has this value. */
  readonly onlyWith?: { readonly parameter: string; readonly value: string };
}

/** A whole number within bounds, both included. */
export interface IntegerParameter extends Told {
  readonly kind: 'integer';
  readonly from: Bound;
  readonly to: Bound;
  /** A value for documents; the default when left out. */
  readonly example?: number;
  /** What pages begin with, unless it is measured along a side; the default or the example when left out. */
  readonly starts?: number;
  /** The side of the picture that it is measured along: pages begin with half of it. */
  readonly along?: 'width' | 'height';
  /** Pages ask for it in a unit that is so many of it, and name that in the label. */
  readonly shownIn?: number;
  readonly default?: number;
}

/** One of a few words or numbers. */
export interface ChoiceParameter<Value extends string | number = string | number> extends Told {
  readonly kind: 'choice';
  readonly values: readonly Value[];
  /** What single values mean, a phrase for each. */
  readonly meanings?: Readonly<Partial<Record<Value, string>>>;
  /** Other spellings that are taken, and what they are stored as. */
  readonly aliases?: Readonly<Record<string, Value>>;
  /** Words are taken in any case, and stored as they stand here. */
  readonly ignoresCase?: boolean;
  /** What it is when the caller leaves it out; without one it is required. */
  readonly default?: Value;
  /** What pages begin with; the default when left out, or else the first. */
  readonly example?: Value;
}

/** Yes or no. */
export interface FlagParameter extends Told {
  readonly kind: 'flag';
  readonly default: boolean;
}

/** A colour: `#rgb`, `#rrggbb`, `#rrggbbaa` or `transparent`, which is white in a JPEG. */
export interface ColorParameter extends Told {
  readonly kind: 'color';
  readonly default?: string;
}

export type Parameter = IntegerParameter | ChoiceParameter | FlagParameter | ColorParameter;

export type Parameters = Readonly<Record<string, Parameter>>;

type ValueOf<P extends Parameter> =
  P extends ChoiceParameter<infer Value>
    ? Value
    : P extends FlagParameter
      ? boolean
      : P extends ColorParameter
        ? string
        : number;

type MayBeMissing = { optional: true } | { unless: string };

/** The parameters of an operation as they are stored: checked, with their defaults filled in. */
export type ParametersOf<P extends Parameters> = {
  readonly [Name in keyof P as P[Name] extends MayBeMissing ? never : Name]: ValueOf<P[Name]>;
} & { readonly [Name in keyof P as P[Name] extends MayBeMissing ? Name : never]?: ValueOf<P[Name]> };

export function integer<const Options extends Omit<IntegerParameter, 'kind' | 'from' | 'to' | 'about'>>(
  from: Bound,
  to: Bound,
  about: string,
  options: Options,
): { kind: 'integer'; from: Bound; to: Bound; about: string } & Options {
  return { kind: 'integer', from, to, about, ...options };
}

export function choice<
  const Value extends string | number,
  const Options extends Omit<ChoiceParameter<NoInfer<Value>>, 'kind' | 'values' | 'about'> = Record<never, never>,
>(
  values: readonly Value[],
  about: string,
  options?: Options,
): { kind: 'choice'; values: readonly Value[]; about: string } & Options {
  return { kind: 'choice', values, about, ...(options as Options) };
}

export function flag<const Options extends Omit<FlagParameter, 'kind' | 'about'>>(
  about: string,
  options: Options,
): { kind: 'flag'; about: string } & Options {
  return { kind: 'flag', about, ...options };
}

export function color<const Options extends Omit<ColorParameter, 'kind' | 'about'>>(
  about: string,
  options: Options,
): { kind: 'color'; about: string } & Options {
  return { kind: 'color', about, ...options };
}

/** The bound under these limits. */
export function boundUnder(limits: ImageLimits, bound: Bound): number {
  return typeof bound === 'number' ? bound : limits[bound];
}

/** Whether a caller must give it, whatever else is given. */
export function isRequired({ default: byDefault, optional, unless }: Parameter): boolean {
  return byDefault === undefined && !optional && unless === undefined;
}

/** How its values may be written too, a phrase for documents; undefined where each has one spelling. */
export function otherSpellings({ aliases = {}, ignoresCase }: ChoiceParameter): string | undefined {
  const words = Object.entries(aliases).map(([word, value]) => `\`${value}\` may be written \`${word}\``);
  const all = ignoresCase ? [...words, 'all in any case'] : words;
  return all.length > 0 ? all.join(', ') : undefined;
}

/** The value that a caller's word or number means, as it is stored; undefined for what is none. */
export function meantBy(
  given: unknown,
  { values, aliases = {}, ignoresCase }: ChoiceParameter,
): string | number | undefined {
  const word = ignoresCase && typeof given === 'string' ? given.toLowerCase() : given;
  const meant = typeof word === 'string' && Object.hasOwn(aliases, word) ? aliases[word] : word;
  return values.find((value) => value === meant);
}
