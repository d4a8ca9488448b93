import { html, type SafeHtml } from '@remix-run/html-template';
import type { UsagePolicy } from '../../accounts/domain/usage-policy.ts';
import { COLOR_FORMS } from '../../imaging/domain/color.ts';
import { type Bound, boundUnder, isRequired, otherSpellings, type Parameter } from '../../imaging/domain/parameter.ts';
import { OPERATIONS } from '../../imaging/operations/operations.ts';
import type { Settings } from '../../settings/settings.ts';
import { prose } from './page.ts';
import { drawingOf } from './value-drawings.ts';

/** Every operation with its parameters: what each means, which values it takes from whom, and a drawing where there is one. */
export function operationReference({ policies, security }: Pick<Settings, 'policies' | 'security'>): SafeHtml {
  const { anonymous, authenticated } = policies;
  const bounding = security.anonymous === 'on' ? [anonymous, authenticated] : [authenticated];
  return html`${OPERATIONS.map(
    ({ type, about, parameters }) => html`<section class="operation-entry" aria-labelledby="operation-${type}">
<h3 id="operation-${type}"><code>${type}</code></h3>
<p>${prose(about)}</p>
<dl class="parameters">
${Object.entries<Parameter>(parameters).map(([name, parameter]) => entry(type, name, parameter, bounding))}</dl>
</section>\n`,
  )}`;
}

function entry(type: string, name: string, parameter: Parameter, policies: readonly UsagePolicy[]): SafeHtml {
  return html`<div><dt><code>${name}</code> <span class="hint">${presence(parameter)}</span></dt>
<dd><p>${prose(parameter.about)}</p>
${taken(type, name, parameter, policies)}</dd></div>\n`;
}

/** Which values it takes. */
function taken(type: string, name: string, parameter: Parameter, policies: readonly UsagePolicy[]): SafeHtml {
  switch (parameter.kind) {
    case 'integer':
      return html`<p>${range(parameter.from, parameter.to, policies)}</p>`;
    case 'color':
      return html`<p>${prose(`${COLOR_FORMS.replaceAll(/[#\w]*#\w+|transparent/g, '`$&`')} (white in a JPEG)`)}</p>`;
    case 'flag':
      return html`<p><code>true</code>, <code>false</code></p>`;
    case 'choice':
      return html`${values(type, name, parameter)}${spellings(parameter)}`;
  }
}

function spellings(parameter: Extract<Parameter, { kind: 'choice' }>): SafeHtml | null {
  const phrase = otherSpellings(parameter);
  return phrase === undefined ? null : html`<p>${prose(phrase)}</p>`;
}

function presence(parameter: Parameter): SafeHtml | string {
  if (isRequired(parameter)) return 'required';
  if (parameter.unless) return html`required unless <code>${parameter.unless}</code> is given`;
  return parameter.default === undefined ? 'optional' : html`<code>${String(parameter.default)}</code> when left out`;
}

/** The bounds of the kinds of callers, once where they are the same. */
function range(from: Bound, to: Bound, policies: readonly UsagePolicy[]): string {
  const figure = (bound: number) => bound.toLocaleString('en');
  const [without, withOne = without] = policies.map((policy) => {
    const [least, most] = [boundUnder(policy, from), boundUnder(policy, to)];
    return most === Number.POSITIVE_INFINITY ? `${figure(least)} or more` : `${figure(least)} to ${figure(most)}`;
  });
  return without === withOne ? `${without}` : `${without} without an account, ${withOne} with one`;
}

/** The values of a choice, with what they mean. */
function values(
  type: string,
  name: string,
  { values, meanings = {} }: Extract<Parameter, { kind: 'choice' }>,
): SafeHtml {
  const meaningOf = (value: string | number) => meanings[value];
  if (!values.some(meaningOf))
    return html`<p>${values.map((value, at) => html`${at ? ', ' : null}<code>${value}</code>`)}</p>`;
  return html`<ul class="meanings">
${values.map((value) => html`<li>${drawingOf(type, name, value)}<code>${value}</code><span>${meaningOf(value)}</span></li>\n`)}</ul>`;
}
