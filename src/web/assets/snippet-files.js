/** @import { Call } from './snippet-texts.js' */

/** Whether what comes back is a ZIP of several results. @param {Call} call */
export function hasArchive({ to, outputs }) {
  return to === 'batch' || outputs.length > 1;
}

/** A name for what comes back that is none of the originals'. @param {Call} call */
export function savedName(call) {
  const { to, fileNames, outputs } = call;
  if (to === 'batch') return 'results.zip';
  const [fileName = ''] = fileNames;
  const [, stem = fileName, extension = 'jpg'] = /^(.+)\.([^.]+)$/.exec(fileName) ?? [];
  if (hasArchive(call)) return `${stem}-results.zip`;
  const converted = outputs[0]?.operations.findLast(({ operation_type }) => operation_type === 'convert');
  return `${stem}-result.${converted?.parameters.format ?? extension}`;
}
