import { hasArchive, savedName } from './snippet-files.js';

/** @import { Call } from './snippet-texts.js' */

/** The call for Node. @param {Call} call */
export function javascript(call) {
  const { address, to, wanted, signedIn } = call;
  const proof = signedIn
    ? `const access = process.env.ACCESS;
if (!access) throw new Error('Set ACCESS to an access token or an API key');
const headers = { Prefer: 'wait=30', Authorization: \`Bearer \${access}\` };`
    : `const headers = { Prefer: 'wait=30' };`;
  const [[name, value] = []] = Object.entries(wanted);
  const text = 'preset' in wanted ? JSON.stringify(value) : `JSON.stringify(${JSON.stringify(value, null, 2)})`;
  return `import { openAsBlob } from 'node:fs';
import { writeFile } from 'node:fs/promises';

${proof}
const form = new FormData();
${filesOf(call)}
form.append('${name}', ${text});

const created = await checked(await fetch('${address}/api/${to === 'batch' ? 'batches' : 'images'}/', { method: 'POST', headers, body: form }));
${to === 'batch' ? ofBatch() : ofImage(call)}
await writeFile(${JSON.stringify(savedName(call))}, result.body);

async function checked(answer) {
  if (answer.ok) return answer;
  throw new Error((await answer.json()).detail);
}`;
}

/** @param {Call} call */
function filesOf({ to, fileNames }) {
  if (to === 'batch')
    return `for (const name of ${JSON.stringify(fileNames, null, 2)}) {
  form.append('images', await openAsBlob(name), name);
}`;
  const name = JSON.stringify(fileNames[0]);
  return `form.append('original_image', await openAsBlob(${name}), ${name});`;
}

/** @param {Call} call */
function ofImage(call) {
  const url = hasArchive(call) ? `\`\${image.detail_url}archive/\`` : 'image.download_url';
  return `const image = await created.json();
if (image.status !== 'completed') throw new Error(image.error?.detail ?? \`\${image.detail_url} is \${image.status}\`);
const result = await checked(await fetch(${url}, { headers }));`;
}

function ofBatch() {
  return `let batch = await created.json();
while (batch.status === 'processing') {
  batch = await (await checked(await fetch(batch.detail_url, { headers }))).json();
}
for (const { name, error } of batch.images) if (error) console.error(\`\${name}: \${error.detail}\`);
if (!batch.archive_url) throw new Error('No picture of the batch has a result');
const result = await checked(await fetch(batch.archive_url, { headers }));`;
}
