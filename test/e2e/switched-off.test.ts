import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { type Service, startService } from '../support/service.ts';

/** Every kind of page, with one that is refused. */
const PAGES = [
  '/',
  '/playground/',
  '/login/',
  '/register/',
  '/account/',
  '/api/documentation/',
  '/api/docs/',
  '/api/redoc/',
  '/problems/',
  '/problems/not_found/',
  '/nowhere/',
];
/** What pages offer, and a service may have switched off. */
const REGISTERING = /href="\/register\/"|\/accounts\/register\/|What registering lifts|Registrations and log-ins/;
const ANONYMITY = /Without an account|without an account|No account is needed/;
const WEBHOOKS = /webhooks:manage|\/api\/webhooks\/|id="webhooks|#webhooks|webhook_url/;

let everything: Service;
let least: Service;
beforeAll(async () => {
  everything = await startService();
  least = await startService({ REGISTRATION: 'closed', ANONYMOUS: 'off', WEBHOOKS: 'off' });
});
afterAll(() => Promise.all([everything, least].map((service) => service?.stop())));

/** A page as a browser asks for it. */
const pageOf = ({ url }: Service, path: string) =>
  new ApiClient(url).send(path, { headers: { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate' } });

test.each(PAGES)('%s offers nothing that is switched off', async (path) => {
  const { text } = await pageOf(least, path);
  expect(text).toContain('</html>');
  // The list of codes explains each, also one that this service never says.
  const offers = path === '/problems/' ? [REGISTERING] : [REGISTERING, ANONYMITY, WEBHOOKS];
  for (const offer of offers) expect(text).not.toMatch(offer);
});

test('what is not switched off is offered', async () => {
  const offered = (await Promise.all(PAGES.map((path) => pageOf(everything, path)))).map(({ text }) => text);
  for (const text of offered) expect(text).toMatch(REGISTERING);
  const guide = offered[PAGES.indexOf('/api/documentation/')];
  for (const offer of [ANONYMITY, WEBHOOKS]) expect(guide).toMatch(offer);
});

test('whoever opens the page of a registration that is closed is told so', async () => {
  const { status, text } = await pageOf(least, '/register/');
  expect(status).toBe(404);
  expect(text).toContain('Registration is closed');
});

test("the sections of the guide are numbered without gaps, and begin with what the operator's accounts need", async () => {
  const { text } = await pageOf(least, '/api/documentation/');
  const steps = [...text.matchAll(/<span class="step" aria-hidden="true">(\d+)<\/span>/g)].map(([, n]) => Number(n));
  expect(steps).toEqual(steps.map((_, at) => at + 1));
  expect(text).toContain('the operator of this server makes the accounts');
});

test("the API's document says what is switched off", async () => {
  const described = async ({ url }: Service) =>
    (await new ApiClient(url).get<{ info: { description: string } }>('/api/schema/')).body.info.description;
  const said = await described(least);
  expect(said.match(/On this server .*\./g)).toHaveLength(3);
  expect(said).not.toContain('anonymous');
  expect(await described(everything)).not.toContain('On this server');
});
