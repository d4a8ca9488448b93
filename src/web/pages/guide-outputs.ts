import type { Examples } from './section-examples.ts';

const OUTPUTS = `[
  {"name": "thumb", "operations": [
    {"operation_type": "resize", "parameters": {"width": 200, "height": 200, "fit": "cover"}}]},
  {"name": "web", "operations": [
    {"operation_type": "scale", "parameters": {"width": 1200}},
    {"operation_type": "convert", "parameters": {"format": "webp"}}]}
]`;

/** Asks what several outputs would be, before anything is sent. */
export const plan = (address: string): Examples => ({
  curl: `OUTPUTS='${OUTPUTS}'
curl -sS --fail-with-body ${address}/api/images/plan/ \\
  -H "Authorization: Bearer $ACCESS" -H 'Content-Type: application/json' \\
  -d '{"source": {"format": "jpg", "width": 4000, "height": 3000}, "outputs": '"$OUTPUTS"'}'`,
  javascript: `const outputs = ${OUTPUTS};
const plan = await call(\`\${address}/api/images/plan/\`, {
  method: 'POST',
  headers: { ...headers, ...json },
  body: JSON.stringify({ source: { format: 'jpg', width: 4000, height: 3000 }, outputs }),
});
for (const { name, sizes } of (await plan.json()).outputs) console.log(name, sizes.at(-1).width, sizes.at(-1).height);`,
  python: `outputs = ${OUTPUTS}
plan = checked(requests.post(f"{address}/api/images/plan/", headers=headers, json={
    "source": {"format": "jpg", "width": 4000, "height": 3000}, "outputs": outputs,
})).json()
for output in plan["outputs"]:
    print(output["name"], output["sizes"][-1])`,
});

/** Keeps the outputs as a preset, makes them of one upload, and takes them all in one file. */
export const outputs = (address: string): Examples => ({
  curl: `curl -sS --fail-with-body -X PUT ${address}/api/presets/site/ \\
  -H "Authorization: Bearer $ACCESS" -H 'Content-Type: application/json' -d '{"outputs": '"$OUTPUTS"'}'
SEVERAL=$(curl -sS --fail-with-body ${address}/api/images/ \\
  -H "Authorization: Bearer $ACCESS" -H 'Prefer: wait=30' \\
  -F original_image=@photo.jpg -F preset=site) || { echo "$SEVERAL"; false; }
SITE=$(echo "$SEVERAL" | sed 's/.*"detail_url":"\\([^"]*\\)".*/\\1/')
curl -sS --fail-with-body "\${SITE}archive/" -H "Authorization: Bearer $ACCESS" -o results.zip ||
  { cat results.zip; false; }`,
  javascript: `await call(\`\${address}/api/presets/site/\`, {
  method: 'PUT',
  headers: { ...headers, ...json },
  body: JSON.stringify({ outputs }),
});
const several = new FormData();
several.append('original_image', await openAsBlob('photo.jpg'), 'photo.jpg');
several.append('preset', 'site');
const sent = await call(\`\${address}/api/images/\`, {
  method: 'POST',
  headers: { ...headers, Prefer: 'wait=30' },
  body: several,
});
const archive = await call(\`\${(await sent.json()).detail_url}archive/\`, { headers });
await writeFile('results.zip', archive.body);`,
  python: `checked(requests.put(f"{address}/api/presets/site/", headers=headers, json={"outputs": outputs}))
with open("photo.jpg", "rb") as photo:
    several = checked(requests.post(f"{address}/api/images/", headers={**headers, "Prefer": "wait=30"},
                                    files={"original_image": photo}, data={"preset": "site"})).json()
archive = checked(requests.get(f"{several['detail_url']}archive/", headers=headers))
with open("results.zip", "wb") as file:
    file.write(archive.content)`,
});
