import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { parse } from 'yaml';
import { OperatorError } from '../shared/operator-error.ts';
import { numberFrom } from '../shared/setting-values.ts';
import { contradictions } from './contradictions.ts';
import { Settings } from './settings.ts';

/** One entry of `config/default.yaml`. */
export interface SettingEntry {
  variable: string;
  default: string | number | null;
  about: string;
}

interface Section {
  [name: string]: SettingEntry | Section;
}

/** A bad setting; `problems` holds one sentence for each, with the variable's name. */
export class SettingsError extends OperatorError {
  constructor(readonly problems: string[]) {
    super(`The settings are not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** The sections of `config/default.yaml`, as they stand there. */
export function settingEntries(): Section {
  return parse(readFileSync(join(import.meta.dirname, '../../config/default.yaml'), 'utf8')) as Section;
}

/**
 * Reads the settings: defaults, overridden by variables of `env`, overridden by nothing else.
 * @throws SettingsError that names every variable that is wrong, what was expected and what was given.
 */
export function loadSettings(env: NodeJS.ProcessEnv): Settings {
  const entries = settingEntries();
  const problems: string[] = [];
  const settings = plainToInstance(Settings, valuesOf(entries, env, problems));
  problems.push(...sentences(validateSync(settings), entries));
  problems.push(...contradictions(settings).filter(isAboutRightOnes(problems)));
  if (problems.length > 0) throw new SettingsError(problems);
  return frozen(settings);
}

function valuesOf(section: Section, env: NodeJS.ProcessEnv, problems: string[]): object {
  return Object.fromEntries(
    Object.entries(section).map(([name, entry]) => [
      name,
      isEntry(entry) ? entryValue(entry, env, problems) : valuesOf(entry, env, problems),
    ]),
  );
}

function isEntry(entry: SettingEntry | Section): entry is SettingEntry {
  return typeof entry.variable === 'string';
}

/** The entry's value; an empty variable counts as unset. */
function entryValue(entry: SettingEntry, env: NodeJS.ProcessEnv, problems: string[]): string | number | null {
  const text = fileValue(entry.variable, env, problems) || env[entry.variable];
  if (!text) return entry.default;
  return typeof entry.default === 'number' ? numberFrom(text) : text;
}

function fileValue(variable: string, env: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const path = env[`${variable}_FILE`];
  if (!path) return undefined;
  if (env[variable]) {
    problems.push(`${variable}_FILE: expected not to be set beside ${variable}, received "${path}"`);
    return undefined;
  }
  try {
    const text = readFileSync(path, 'utf8').trimEnd();
    // Taken for unset it would start a service with an empty database, or end every session.
    if (text === '')
      problems.push(`${variable}_FILE: expected the path of a file that holds a value, ${path} is empty`);
    return text;
  } catch (error) {
    problems.push(`${variable}_FILE: expected the path of a readable file, ${(error as Error).message}`);
    return undefined;
  }
}

function sentences(errors: ValidationError[], section: Section): string[] {
  return errors.flatMap((error) => {
    const entry = section[error.property];
    if (!entry) return [];
    if (!isEntry(entry)) return sentences(error.children ?? [], entry);
    return Object.values(error.constraints ?? {}).map((message) =>
      message.replace(/^Expected (.*) for \w+, received /s, `${entry.variable}: expected $1, received `),
    );
  });
}

/** Contradictions are told of settings that are right by themselves; of the others enough has been said. */
function isAboutRightOnes(problems: string[]): (contradiction: string) => boolean {
  const wrong = problems.map((problem) => problem.split(':', 1)[0]?.replace(/_FILE$/, ''));
  return (contradiction) => !wrong.some((variable) => new RegExp(`\\b${variable}\\b`).test(contradiction));
}

function frozen<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) frozen(inner);
  return Object.freeze(value);
}
