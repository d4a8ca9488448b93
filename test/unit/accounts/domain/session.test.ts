import { expect, test } from 'vitest';
import { Session, type SessionLife } from '../../../../src/accounts/domain/session.ts';
import { secondsAfter } from '../../../../src/shared/clock.ts';

const START = new Date('2026-01-01T00:00:00.000Z');
const client = { address: '192.0.2.7', agent: 'test', inCookie: false };

const LIFE: SessionLife = { refreshTokenSeconds: 100, sessionSeconds: 250 };

function opened(life = LIFE): Session {
  return Session.open({ session: 's', token: 't1' }, 'a', client, START, life);
}

/** The session as it stands after a rotation has been written. */
function rotated(session: Session, token: string, now: Date, life = LIFE): Session {
  return Object.assign(Object.create(Session.prototype), session, session.rotation(token, now, life));
}

test('lives its sliding life, and not a moment longer', () => {
  const session = opened();
  expect(session.expiresAt).toEqual(secondsAfter(START, 100));
  expect([99.999, 100].map((seconds) => session.isOver(secondsAfter(START, seconds)))).toEqual([false, true]);
});

test('each rotation gives the sliding life anew, up to the absolute end', () => {
  const ends = [];
  let session = opened();
  for (const at of [90, 180, 240]) {
    session = rotated(session, `t${at}`, secondsAfter(START, at));
    ends.push((session.expiresAt.getTime() - START.getTime()) / 1000);
  }
  expect(ends).toEqual([190, 250, 250]);
});

test('an absolute life that is shorter than the sliding one is the life', () => {
  expect(opened({ refreshTokenSeconds: 100, sessionSeconds: 30 }).expiresAt).toEqual(secondsAfter(START, 30));
});

test('honours the token used last for ten seconds, and no other', () => {
  const session = rotated(rotated(opened(), 't2', START), 't3', secondsAfter(START, 5));
  const honoured = (token: string, at: number) => session.honours(token, secondsAfter(START, at));
  expect([honoured('t2', 5), honoured('t2', 15), honoured('t2', 15.001)]).toEqual([true, true, false]);
  expect([honoured('t1', 5), honoured('t3', 5), honoured('', 5)]).toEqual([false, false, false]);
});

test('keeps what its table can hold of the client', () => {
  const session = Session.open(
    { session: 's', token: 't' },
    'a',
    { address: 'x'.repeat(500), agent: 'y'.repeat(5000), inCookie: true },
    START,
    LIFE,
  );
  expect([session.address.length, session.agent.length, session.inCookie]).toEqual([64, 256, true]);
});
