import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AnswerTo, Receiver } from '../../support/receiver.ts';
import { Sending } from '../../support/sending.ts';

const DAY = 86_400;

let sending: Sending;
beforeEach(async () => {
  sending = await Sending.open();
  await sending.goOn(1);
});
const receivers: Receiver[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
  await sending.close();
});

/** What is due to a receiver that answers so. */
async function dueTo(answer: AnswerTo) {
  const receiver = await Receiver.listen(answer);
  receivers.push(receiver);
  const hook = await sending.endpoint(receiver.url);
  return { hook, made: await sending.due(hook) };
}

test.each<[string, AnswerTo]>([
  ['hangs up meanwhile', (response) => response.destroy()],
  ['takes its message for old', (response) => response.writeHead(400).end()],
])('a try during which the sender slept counts for nothing when the receiver %s', async (_how, answer) => {
  const { hook, made } = await dueTo((response, n, request) => {
    if (n > 2) response.writeHead(204).end();
    else {
      sending.clock.advance(n === 1 ? 25 : 6 * DAY);
      answer(response, n, request);
    }
  });
  for (const _sleep of [1, 2]) {
    expect(await sending.send(hook)).toBe(true);
    expect(await sending.find(made)).toMatchObject({ status: 'due', tries: 0, attempts: [], heldUntil: null });
    expect(await sending.endpoints.find(hook.id)).toMatchObject({ failingSince: null, disabledAt: null });
    await sending.goOn(6);
  }
  await sending.send(hook);
  expect(await sending.find(made)).toMatchObject({ status: 'delivered', tries: 1, attempts: [{ statusCode: 204 }] });
  expect(sending.log.tries).toEqual(['excused', 'excused', 'settled']);
});

test('what the receiver has taken while the sender slept is delivered', async () => {
  const { hook, made } = await dueTo((response) => {
    sending.clock.advance(DAY);
    response.writeHead(204).end();
  });
  await sending.send(hook);
  expect(await sending.find(made)).toMatchObject({ status: 'delivered', tries: 1 });
});

test('a try that fails while the sender is awake counts, however long it takes, and whenever the sender slept before', async () => {
  const { hook, made } = await dueTo(async (response) => {
    await sending.goOn(15);
    response.destroy();
  });
  sending.clock.advance(DAY);
  await sending.goOn(1);
  await sending.send(hook);
  expect(await sending.find(made)).toMatchObject({
    status: 'due',
    tries: 1,
    attempts: [{ error: expect.any(String) }],
  });
  expect(await sending.endpoints.find(hook.id)).toMatchObject({ failingSince: sending.clock.now() });
});
