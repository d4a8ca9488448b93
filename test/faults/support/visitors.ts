import { expect } from 'vitest';
import { formOf } from '../../support/upload.ts';
import type { RunningProcess } from './running-process.ts';
import type { Asked } from './steady-load.ts';

const PERSON = { username: 'ada', email: 'ada@example.com', password: 'a long and lonely sentence' };
const { username, password } = PERSON;
const JSON_TYPE = { 'Content-Type': 'application/json' };

/** What a log-in sends. */
function logIn({ url }: RunningProcess): Asked {
  return {
    url: `${url}/accounts/login/`,
    method: 'POST',
    headers: JSON_TYPE,
    body: JSON.stringify({ username, password }),
  };
}

/** An account; what its requests carry. */
export async function signedIn(api: RunningProcess): Promise<{ Authorization: string }> {
  const body = JSON.stringify(PERSON);
  const made = await fetch(`${api.url}/accounts/register/`, { method: 'POST', headers: JSON_TYPE, body });
  expect(made.status).toBe(201);
  const { url, ...request } = logIn(api);
  const { access } = (await (await fetch(url, request)).json()) as { access: string };
  return { Authorization: `Bearer ${access}` };
}

/** Clients of all kinds in turn: one uploads, one asks for a job, one for its list, one logs in. */
export function visitors(
  api: RunningProcess,
  picture: Uint8Array<ArrayBuffer>,
  id: string,
  headers: { Authorization: string },
): (n: number) => Asked {
  const images = `${api.url}/api/images/`;
  const kinds: (() => Asked)[] = [
    () => ({ url: images, method: 'POST', body: formOf(picture) }),
    () => ({ url: `${images}${id}/` }),
    () => ({ url: images, headers }),
    () => logIn(api),
  ];
  return (n) => (kinds[n % kinds.length] as () => Asked)();
}
