import { outputs, plan } from './guide-outputs.ts';
import type { Examples } from './section-examples.ts';

/** The steps that have examples, in the order in which they run. */
export type Step = 'register' | 'login' | 'upload' | 'wait' | 'download' | 'plan' | 'outputs' | 'keys' | 'usage';

const OPERATIONS = `[
  {"operation_type": "resize", "parameters": {"width": 1200, "height": 900, "fit": "inside"}},
  {"operation_type": "convert", "parameters": {"format": "webp"}}
]`;

/**
 * Programs from registration to download against the server at `address`; each section goes on where the last one
 * ended. What is refused ends the program with the problem's own sentence.
 */
export function guideExamples(address: string, isRegistrationOpen = true): Readonly<Record<Step, Examples>> {
  const { curl, javascript, python } = register(address);
  const { javascript: js, python: py } = preamble(address);
  return {
    // Without the request, what later examples build on.
    register: isRegistrationOpen
      ? { curl, javascript: `${js}\n\n${javascript}`, python: `${py}\n${python}` }
      : { curl: '', javascript: js, python: py },
    login: login(address),
    upload: upload(address),
    wait,
    download,
    plan: plan(address),
    outputs: outputs(address),
    keys: keys(address),
    usage: usage(address),
  };
}

const register = (address: string): Examples => ({
  curl: `curl -sS --fail-with-body ${address}/accounts/register/ \\
  -H 'Content-Type: application/json' \\
  -d '{"username": "ada", "email": "ada@example.com", "password": "a picture says more"}'`,
  javascript: `await call(\`\${address}/accounts/register/\`, {
  method: 'POST',
  headers: json,
  body: JSON.stringify({ username: 'ada', email: 'ada@example.com', password: 'a picture says more' }),
});`,
  python: `checked(requests.post(f"{address}/accounts/register/", json={
    "username": "ada", "email": "ada@example.com", "password": "a picture says more",
}))`,
});

/** What the examples of a language begin with; a shell needs nothing. */
const preamble = (address: string): Omit<Examples, 'curl'> => ({
  javascript: `const address = '${address}';
const json = { 'Content-Type': 'application/json' };

async function call(url, options) {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error((await answer.json()).detail);
  return answer;
}`,
  python: `import json, sys, time
import requests

def checked(answer):
    if not answer.ok:
        sys.exit(answer.json()["detail"])
    return answer

address = "${address}"`,
});

const login = (address: string): Examples => ({
  curl: `LOGIN=$(curl -sS --fail-with-body ${address}/accounts/login/ \\
  -H 'Content-Type: application/json' \\
  -d '{"username": "ada", "password": "a picture says more"}') || { echo "$LOGIN"; false; }
ACCESS=$(echo "$LOGIN" | sed 's/.*"access":"\\([^"]*\\)".*/\\1/')`,
  javascript: `const login = await call(\`\${address}/accounts/login/\`, {
  method: 'POST',
  headers: json,
  body: JSON.stringify({ username: 'ada', password: 'a picture says more' }),
});
const { access } = await login.json();
const headers = { Authorization: \`Bearer \${access}\` };`,
  python: `tokens = checked(requests.post(f"{address}/accounts/login/", json={
    "username": "ada", "password": "a picture says more",
})).json()
headers = {"Authorization": f"Bearer {tokens['access']}"}`,
});

const upload = (address: string): Examples => ({
  curl: `CREATED=$(curl -sS --fail-with-body ${address}/api/images/ \\
  -H "Authorization: Bearer $ACCESS" \\
  -F original_image=@photo.jpg \\
  -F 'operations=${OPERATIONS}') || { echo "$CREATED"; false; }
IMAGE=$(echo "$CREATED" | sed 's/.*"detail_url":"\\([^"]*\\)".*/\\1/')`,
  javascript: `import { openAsBlob } from 'node:fs';

const form = new FormData();
form.append('original_image', await openAsBlob('photo.jpg'), 'photo.jpg');
form.append('operations', JSON.stringify(${OPERATIONS}));
const created = await call(\`\${address}/api/images/\`, { method: 'POST', headers, body: form });
let image = await created.json();`,
  python: `operations = ${OPERATIONS}
with open("photo.jpg", "rb") as photo:
    image = checked(requests.post(f"{address}/api/images/", headers=headers,
                                  files={"original_image": photo},
                                  data={"operations": json.dumps(operations)})).json()`,
});

const wait: Examples = {
  curl: `curl -sS --fail-with-body "$IMAGE" -H "Authorization: Bearer $ACCESS" -H 'Prefer: wait=30'`,
  javascript: `while (['pending', 'processing'].includes(image.status)) {
  const answer = await call(image.detail_url, { headers: { ...headers, Prefer: 'wait=30' } });
  image = await answer.json();
  const pause = Number(answer.headers.get('Retry-After') ?? 0);
  await new Promise((resolve) => setTimeout(resolve, pause * 1000));
}
if (image.status !== 'completed') throw new Error(image.error?.detail ?? image.status);`,
  python: `while image["status"] in ("pending", "processing"):
    answer = checked(requests.get(image["detail_url"], headers={**headers, "Prefer": "wait=30"}))
    image = answer.json()
    time.sleep(int(answer.headers.get("Retry-After", 0)))
if image["status"] != "completed":
    sys.exit(image["error"]["detail"] if image["error"] else image["status"])`,
};

const download: Examples = {
  curl: `curl -sS --fail-with-body "\${IMAGE}download/" -H "Authorization: Bearer $ACCESS" -o result.webp ||
  { cat result.webp; false; }`,
  javascript: `import { writeFile } from 'node:fs/promises';

const result = await call(image.download_url, { headers });
await writeFile('result.webp', result.body);`,
  python: `result = checked(requests.get(image["download_url"], headers=headers))
with open("result.webp", "wb") as file:
    file.write(result.content)`,
};

const keys = (address: string): Examples => ({
  curl: `MADE=$(curl -sS --fail-with-body ${address}/accounts/keys/ \\
  -H "Authorization: Bearer $ACCESS" -H 'Content-Type: application/json' \\
  -d '{"name": "nightly import", "scopes": ["images:read", "images:write"]}') || { echo "$MADE"; false; }
KEY=$(echo "$MADE" | sed 's/.*"key":"\\([^"]*\\)".*/\\1/')
curl -sS --fail-with-body "${address}/api/images/?limit=1" -H "Authorization: Bearer $KEY"`,
  javascript: `const made = await call(\`\${address}/accounts/keys/\`, {
  method: 'POST',
  headers: { ...headers, ...json },
  body: JSON.stringify({ name: 'nightly import', scopes: ['images:read', 'images:write'] }),
});
const { key } = await made.json();
const list = await call(\`\${address}/api/images/?limit=1\`, { headers: { Authorization: \`Bearer \${key}\` } });
console.log('nightly import may see', (await list.json()).results.length, 'image');`,
  python: `key = checked(requests.post(f"{address}/accounts/keys/", headers=headers, json={
    "name": "nightly import", "scopes": ["images:read", "images:write"],
})).json()["key"]
program = {"Authorization": f"Bearer {key}"}
print(len(checked(requests.get(f"{address}/api/images/", headers=program)).json()["results"]), "image")`,
});

const usage = (address: string): Examples => ({
  curl: `curl -sS --fail-with-body "${address}/api/usage/?group_by=operation" -H "Authorization: Bearer $ACCESS"`,
  javascript: `const usage = await call(\`\${address}/api/usage/?group_by=operation\`, { headers });
for (const { operation, images } of (await usage.json()).results) console.log(operation, images);`,
  python: `usage = checked(requests.get(f"{address}/api/usage/", headers=headers, params={"group_by": "operation"})).json()
for group in usage["results"]:
    print(group["operation"], group["images"])`,
});
