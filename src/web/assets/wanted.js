/**
 * What is wanted of pictures, as the request says it: one of the three members.
 * @import { PresetDto } from '../../image-jobs/infrastructure/http/preset.dto.ts'
 * @import { Operation } from './operation-controls.js'
 * @import { Output } from './outputs-builder.js'
 * @typedef {{ operations: Operation[] } | { outputs: Output[] }} Content What a preset can say.
 * @typedef {Content | { preset: string }} Wanted
 */

/** Outputs as a request says them: one alone needs no name. @param {Output[]} outputs @returns {Content} */
export function contentOf(outputs) {
  const [first] = outputs;
  return outputs.length > 1 ? { outputs } : { operations: first?.operations ?? [] };
}

/** Outputs that a preset says; operations alone are one output without a name. @param {PresetDto} preset @returns {Output[]} */
export function outputsOf({ operations, outputs }) {
  const said = outputs ?? [{ name: '', operations: operations ?? [] }];
  return said.map(({ name, operations }) => ({ name, operations: structuredClone([...operations]) }));
}
