import { applyDecorators } from '@nestjs/common';
import { ValidateIf } from 'class-validator';
import type { Caller } from '../../../../accounts/domain/caller.ts';
import { COLOR_FORMS, COLOR_PATTERN } from '../../../../imaging/domain/color.ts';
import {
  type Bound,
  boundUnder,
  type ChoiceParameter,
  type IntegerParameter,
  isRequired,
  meantBy,
  type Parameter,
} from '../../../../imaging/domain/parameter.ts';
import type { AnyOperationDefinition } from '../../../../imaging/operations/operations.ts';
import { Expect, Flag, IntegerBetween } from '../../../../shared/validation.ts';

/**
 * Every class that was made, by what it is made of. class-validator keeps each for ever and looks through all of them at
 * each check, so there may be no more than operators have set figures.
 */
const classes = new Map<string, new () => object>();

/** A class-validator class of an operation's parameters, with the bounds of the caller's policy. */
export function parametersClass(definition: AnyOperationDefinition, caller: Caller): new () => object {
  const parameters = Object.entries<Parameter>(definition.parameters);
  const made = JSON.stringify([definition.type, ...policyIn(parameters, caller)]);
  const known = classes.get(made);
  if (known) return known;
  class Parameters {}
  for (const [name, parameter] of parameters) decoratorOf(parameter, caller)(Parameters.prototype, name);
  classes.set(made, Parameters);
  return Parameters;
}

/** What of the caller's policy stands in the checks of these parameters: whose limits they are, and the figures. */
function policyIn(parameters: [string, Parameter][], { policy, limitOwner }: Caller): (string | number)[] {
  const bounds = parameters.flatMap(([, parameter]) =>
    parameter.kind === 'integer' ? [parameter.from, parameter.to].filter(isOfPolicy) : [],
  );
  return bounds.length === 0 ? [] : [limitOwner, ...bounds.map((bound) => boundUnder(policy, bound))];
}

function decoratorOf(parameter: Parameter, caller: Caller): PropertyDecorator {
  const value = valueDecorator(parameter, caller);
  if (isRequired(parameter)) return value;
  const { unless } = parameter;
  return applyDecorators(
    value,
    ValidateIf((others, given) => given !== undefined || (unless !== undefined && others[unless] === undefined)),
  );
}

function valueDecorator(parameter: Parameter, caller: Caller): PropertyDecorator {
  switch (parameter.kind) {
    case 'integer':
      return integerDecorator(parameter, caller);
    case 'choice':
      return choiceDecorator(parameter);
    case 'flag':
      return Flag();
    case 'color':
      return Expect({ name: 'color', what: COLOR_FORMS, test: isColor });
  }
}

function integerDecorator({ from, to }: IntegerParameter, { policy, limitOwner }: Caller): PropertyDecorator {
  const whose = isOfPolicy(from) || isOfPolicy(to) ? ` (limit of ${limitOwner})` : '';
  return IntegerBetween(boundUnder(policy, from), boundUnder(policy, to), whose);
}

function choiceDecorator(parameter: ChoiceParameter): PropertyDecorator {
  return Expect({
    name: 'choice',
    what: `one of ${parameter.values.join(', ')}`,
    test: (given) => meantBy(given, parameter) !== undefined,
  });
}

function isOfPolicy(bound: Bound): boolean {
  return typeof bound === 'string';
}

function isColor(given: unknown): boolean {
  return typeof given === 'string' && COLOR_PATTERN.test(given);
}
