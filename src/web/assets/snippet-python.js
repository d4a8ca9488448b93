import { hasArchive, savedName } from './snippet-files.js';

/** @import { Call } from './snippet-texts.js' */

/** The call for Python with requests. @param {Call} call */
export function python(call) {
  const { to, wanted, signedIn } = call;
  const isPreset = 'preset' in wanted;
  const [[name, value] = []] = Object.entries(wanted);
  return `${isPreset ? '' : 'import json\n'}${signedIn ? 'import os\n' : ''}import requests

def checked(answer):
    if not answer.ok:
        raise SystemExit(answer.json()["detail"])
    return answer

headers = {"Prefer": "wait=30"${signedIn ? ', "Authorization": f"Bearer {os.environ[\'ACCESS\']}"' : ''}}
${name} = ${pythonLiteral(value)}
${to === 'batch' ? ofBatch(call, textOf(call)) : ofImage(call, textOf(call))}
with open(${JSON.stringify(savedName(call))}, "wb") as file:
    file.write(result.content)`;
}

/** The field of what is wanted. @param {Call} call */
function textOf({ wanted }) {
  const [name] = Object.keys(wanted);
  return `{"${name}": ${'preset' in wanted ? name : `json.dumps(${name})`}}`;
}

/** @param {Call} call @param {string} data */
function ofImage(call, data) {
  const { address, fileNames } = call;
  return `with open(${JSON.stringify(fileNames[0])}, "rb") as picture:
    image = checked(requests.post(
        "${address}/api/images/", headers=headers,
        files={"original_image": picture}, data=${data},
    )).json()
if image["status"] != "completed":
    raise SystemExit((image["error"] or {}).get("detail") or f"{image['detail_url']} is {image['status']}")
result = checked(requests.get(${hasArchive(call) ? `f"{image['detail_url']}archive/"` : 'image["download_url"]'}, headers=headers))`;
}

/** @param {Call} call @param {string} data */
function ofBatch({ address, fileNames }, data) {
  return `names = ${pythonLiteral(fileNames)}
batch = checked(requests.post(
    "${address}/api/batches/", headers=headers,
    files=[("images", (name, open(name, "rb"))) for name in names], data=${data},
)).json()
while batch["status"] == "processing":
    batch = checked(requests.get(batch["detail_url"], headers=headers)).json()
for image in batch["images"]:
    if image["error"]:
        print(f"{image['name']}: {image['error']['detail']}")
if not batch["archive_url"]:
    raise SystemExit("No picture of the batch has a result")
result = checked(requests.get(batch["archive_url"], headers=headers))`;
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
