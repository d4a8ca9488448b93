import { afterEach, beforeEach, expect, test } from 'vitest';
import { secondsAfter } from '../../../src/shared/clock.ts';
import { Receiver } from '../../support/receiver.ts';
import { Sending } from '../../support/sending.ts';

const HOUR = 3600;

let sending: Sending;
let receiver: Receiver;
beforeEach(async () => {
  sending = await Sending.open();
  receiver = await Receiver.listen((response, n) =>
    response.writeHead(n === 1 ? 503 : 204, { 'Retry-After': '10' }).end(),
  );
});
afterEach(async () => {
  await receiver.close();
  await sending.close();
});

test.each([HOUR, HOUR / 2, 1])(
  'a clock that is set back by %d s keeps nothing waiting that is to be tried again',
  async (seconds) => {
    const hook = await sending.endpoint(receiver.url);
    const made = await sending.due(hook);
    await sending.send(hook);
    sending.clock.setBack(seconds);
    await sending.resume.execute();
    await sending.goOn(9);
    expect(await sending.send(hook)).toBe(false);
    await sending.goOn(1);
    expect(await sending.send(hook)).toBe(true);
    expect(await sending.find(made)).toMatchObject({ status: 'delivered', tries: 2 });
  },
);

test('nor what is due for the first time', async () => {
  const hook = await sending.endpoint(receiver.url);
  await sending.due(hook);
  sending.clock.setBack(HOUR);
  await sending.resume.execute();
  expect(sending.queue.ids).toEqual([`${hook.accountId} ${hook.destination}`]);
  expect(await sending.send(hook)).toBe(true);
});

test('nor what a worker held that has died, while a living one has its time to send it', async () => {
  const hook = await sending.endpoint(receiver.url);
  const made = await sending.due(hook);
  const now = sending.clock.now();
  await sending.deliveries.claimNext(hook, now, secondsAfter(now, 30), 1);
  sending.clock.setBack(HOUR);
  await sending.resume.execute();
  await sending.goOn(29);
  expect(await sending.send(hook)).toBe(false);
  await sending.goOn(1);
  expect(await sending.send(hook)).toBe(true);
  expect(await sending.find(made)).toMatchObject({ attempt: 2, tries: 1 });
});
