/** The examples of one section of the guide. */
export interface Examples {
  readonly curl: string;
  readonly javascript: string;
  readonly python: string;
}

/** The steps that have examples, in the order in which they run. */
export type Step = 'register' | 'login' | 'upload' | 'wait' | 'download' | 'keys';

const OPERATIONS = `[
  {"operation_type": "resize", "parameters": {"width": 1200, "height": 900, "fit": "inside"}},
  {"operation_type": "convert", "parameters": {"format": "webp"}}
]`;

/** Programs from registration to download against the server at `address`; each section goes on where the last one ended. */
export function guideExamples(address: string): Readonly<Record<Step, Examples>> {
  return {
    register: register(address),
    login: login(address),
    upload: upload(address),
    wait,
    download,
    keys: keys(address),
  };
}

const register = (address: string): Examples => ({
  curl: `curl ${address}/accounts/register/ \\
  -H 'Content-Type: application/json' \\
  -d '{"username": "ada", "email": "ada@example.com", "password": "a picture says more"}'`,
  javascript: `const address = '${address}';
const json = { 'Content-Type': 'application/json' };

await fetch(\`\${address}/accounts/register/\`, {
  method: 'POST',
  headers: json,
  body: JSON.stringify({ username: 'ada', email: 'ada@example.com', password: 'a picture says more' }),
});`,
  python: `import json, time
import requests

address = "${address}"
requests.post(f"{address}/accounts/register/", json={
    "username": "ada", "email": "ada@example.com", "password": "a picture says more",
})`,
});

const login = (address: string): Examples => ({
  curl: `ACCESS=$(curl -s ${address}/accounts/login/ \\
  -H 'Content-Type: application/json' \\
  -d '{"username": "ada", "password": "a picture says more"}' \\
  | sed 's/.*"access":"\\([^"]*\\)".*/\\1/')`,
  javascript: `const login = await fetch(\`\${address}/accounts/login/\`, {
  method: 'POST',
  headers: json,
  body: JSON.stringify({ username: 'ada', password: 'a picture says more' }),
});
const { access } = await login.json();
const headers = { Authorization: \`Bearer \${access}\` };`,
  python: `tokens = requests.post(f"{address}/accounts/login/", json={
    "username": "ada", "password": "a picture says more",
}).json()
headers = {"Authorization": f"Bearer {tokens['access']}"}`,
});

const upload = (address: string): Examples => ({
  curl: `IMAGE=$(curl -s ${address}/api/images/ \\
  -H "Authorization: Bearer $ACCESS" \\
  -F original_image=@photo.jpg \\
  -F 'operations=${OPERATIONS}' \\
  | sed 's/.*"detail_url":"\\([^"]*\\)".*/\\1/')`,
  javascript: `import { openAsBlob } from 'node:fs';

const form = new FormData();
form.append('original_image', await openAsBlob('photo.jpg'), 'photo.jpg');
form.append('operations', JSON.stringify(${OPERATIONS}));
const created = await fetch(\`\${address}/api/images/\`, { method: 'POST', headers, body: form });
let image = await created.json();`,
  python: `operations = ${OPERATIONS}
with open("photo.jpg", "rb") as photo:
    image = requests.post(f"{address}/api/images/", headers=headers,
                          files={"original_image": photo},
                          data={"operations": json.dumps(operations)}).json()`,
});

const wait: Examples = {
  curl: `curl -s "$IMAGE" -H "Authorization: Bearer $ACCESS" -H 'Prefer: wait=30'`,
  javascript: `while (['pending', 'processing'].includes(image.status)) {
  const answer = await fetch(image.detail_url, { headers: { ...headers, Prefer: 'wait=30' } });
  image = await answer.json();
  const pause = Number(answer.headers.get('Retry-After') ?? 0);
  await new Promise((resolve) => setTimeout(resolve, pause * 1000));
}`,
  python: `while image["status"] in ("pending", "processing"):
    answer = requests.get(image["detail_url"], headers={**headers, "Prefer": "wait=30"})
    image = answer.json()
    time.sleep(int(answer.headers.get("Retry-After", 0)))`,
};

const download: Examples = {
  curl: `curl -OJ "\${IMAGE}download/" -H "Authorization: Bearer $ACCESS"`,
  javascript: `import { writeFile } from 'node:fs/promises';

const result = await fetch(image.download_url, { headers });
await writeFile('result.webp', result.body);`,
  python: `result = requests.get(image["download_url"], headers=headers)
with open("result.webp", "wb") as file:
    file.write(result.content)`,
};

const keys = (address: string): Examples => ({
  curl: `KEY=$(curl -s ${address}/accounts/keys/ \\
  -H "Authorization: Bearer $ACCESS" -H 'Content-Type: application/json' \\
  -d '{"name": "nightly import", "scopes": ["images:read", "images:write"]}' \\
  | sed 's/.*"key":"\\([^"]*\\)".*/\\1/')
curl -s "${address}/api/images/?limit=1" -H "Authorization: Bearer $KEY"`,
  javascript: `const made = await fetch(\`\${address}/accounts/keys/\`, {
  method: 'POST',
  headers: { ...headers, ...json },
  body: JSON.stringify({ name: 'nightly import', scopes: ['images:read', 'images:write'] }),
});
const { key } = await made.json();
const list = await fetch(\`\${address}/api/images/?limit=1\`, { headers: { Authorization: \`Bearer \${key}\` } });
console.log('nightly import may see', (await list.json()).results.length, 'image');`,
  python: `key = requests.post(f"{address}/accounts/keys/", headers=headers, json={
    "name": "nightly import", "scopes": ["images:read", "images:write"],
}).json()["key"]
program = {"Authorization": f"Bearer {key}"}
print(len(requests.get(f"{address}/api/images/", headers=program).json()["results"]), "image")`,
});
