/**
 * A request, as programs would send it.
 * @typedef {{ operation_type: string, parameters: Record<string, unknown> }} Operation
 * @typedef {{ address: string, fileName: string, operations: Operation[], signedIn: boolean }} Call
 */

/**
 * The call as whole programs: they check each answer, and leave the result in a file beside the picture. Who has an
 * account gives them a token in `ACCESS`.
 * @type {Readonly<Record<'json' | 'curl' | 'javascript' | 'python', (call: Call) => string>>}
 */
export const SNIPPETS = { json, curl, javascript, python };

/** @param {Call} call */
function json({ operations }) {
  return JSON.stringify(operations, null, 2);
}

/** @param {Call} call */
function curl({ address, fileName, operations, signedIn }) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell fills it in
  const proof = signedIn ? ' -H "Authorization: Bearer ${ACCESS:?Set it to an access token or an API key}"' : '';
  return `IMAGE=$(curl -sS --fail-with-body ${address}/api/images/${proof} \\
  -H 'Prefer: wait=30' \\
  -F ${shellWord(`original_image=@"${fileName.replaceAll(/["\\]/g, '\\$&')}"`)} \\
  -F ${shellWord(`operations=${JSON.stringify(operations)}`)})
case "$IMAGE" in
  *'"status":"completed"'*)
    DETAIL=$(echo "$IMAGE" | sed 's/.*"detail_url":"\\([^"]*\\)".*/\\1/')
    curl -sS --fail-with-body "\${DETAIL}download/"${proof} \\
      -o ${shellWord(resultName(fileName, operations))} ;;
  *) echo "$IMAGE" >&2; false ;;
esac`;
}

/** @param {Call} call */
function javascript({ address, fileName, operations, signedIn }) {
  const proof = signedIn
    ? `const access = process.env.ACCESS;
if (!access) throw new Error('Set ACCESS to an access token or an API key');
const headers = { Prefer: 'wait=30', Authorization: \`Bearer \${access}\` };`
    : `const headers = { Prefer: 'wait=30' };`;
  return `import { openAsBlob } from 'node:fs';
import { writeFile } from 'node:fs/promises';

${proof}
const form = new FormData();
form.append('original_image', await openAsBlob(${JSON.stringify(fileName)}), ${JSON.stringify(fileName)});
form.append('operations', JSON.stringify(${JSON.stringify(operations, null, 2)}));

const created = await checked(await fetch('${address}/api/images/', { method: 'POST', headers, body: form }));
const image = await created.json();
if (image.status !== 'completed') throw new Error(image.error?.detail ?? \`\${image.detail_url} is \${image.status}\`);
const result = await checked(await fetch(image.download_url, { headers }));
await writeFile(${JSON.stringify(resultName(fileName, operations))}, result.body);

async function checked(answer) {
  if (answer.ok) return answer;
  throw new Error((await answer.json()).detail);
}`;
}

/** @param {Call} call */
function python({ address, fileName, operations, signedIn }) {
  return `import json${signedIn ? '\nimport os' : ''}
import requests

def checked(answer):
    if not answer.ok:
        raise SystemExit(answer.json()["detail"])
    return answer

headers = {"Prefer": "wait=30"${signedIn ? ', "Authorization": f"Bearer {os.environ[\'ACCESS\']}"' : ''}}
operations = ${pythonLiteral(operations)}
with open(${JSON.stringify(fileName)}, "rb") as picture:
    image = checked(requests.post(
        "${address}/api/images/", headers=headers,
        files={"original_image": picture}, data={"operations": json.dumps(operations)},
    )).json()
if image["status"] != "completed":
    raise SystemExit((image["error"] or {}).get("detail") or f"{image['detail_url']} is {image['status']}")
result = checked(requests.get(image["download_url"], headers=headers))
with open(${JSON.stringify(resultName(fileName, operations))}, "wb") as file:
    file.write(result.content)`;
}

/**
 * A name for the result that is not the original's.
 * @param {string} fileName
 * @param {Operation[]} operations
 */
function resultName(fileName, operations) {
  const [, stem = fileName, extension = 'jpg'] = /^(.+)\.([^.]+)$/.exec(fileName) ?? [];
  const converted = operations.findLast(({ operation_type }) => operation_type === 'convert')?.parameters.format;
  return `${stem}-result.${converted ?? extension}`;
}

/** Text as one word of a POSIX shell. @param {string} text */
function shellWord(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * A JSON value as Python writes it.
 * @param {unknown} value
 * @param {string} [indent] of the line it stands in
 * @returns {string}
 */
function pythonLiteral(value, indent = '') {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  const deeper = `${indent}    `;
  const [open, close, members] = Array.isArray(value)
    ? ['[', ']', value.map((one) => pythonLiteral(one, deeper))]
    : ['{', '}', Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${pythonLiteral(one, deeper)}`)];
  return members.length === 0
    ? `${open}${close}`
    : `${open}\n${members.map((member) => `${deeper}${member},`).join('\n')}\n${indent}${close}`;
}
