import { describe, expect, test } from 'vitest';
import { addressKey, Caller } from '../../../../src/accounts/domain/caller.ts';
import { loadSettings } from '../../../../src/settings/load-settings.ts';

const { policies } = loadSettings({});

describe('addressKey', () => {
  test.each([
    ['192.0.2.7', 'address:192.0.2.7'],
    ['::ffff:192.0.2.7', 'address:192.0.2.7'],
    ['::FFFF:192.0.2.7', 'address:192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', 'address:2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', 'address:2001:db8:1:2::/64'],
    ['2001:db8::1', 'address:2001:db8:0:0::/64'],
    ['2001:db8:1:2::', 'address:2001:db8:1:2::/64'],
    ['::1', 'address:0:0:0:0::/64'],
    ['::', 'address:0:0:0:0::/64'],
    ['fe80::1%eth0', 'address:fe80:0:0:0::/64'],
    ['1::8', 'address:1:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', 'address:64:ff9b:0:0::/64'],
    ['1:2:3:4:5:6:192.0.2.7', 'address:1:2:3:4::/64'],
    ['1:2::3:4:5:192.0.2.7', 'address:1:2:0:3::/64'],
    ['::ffff:c000:207', 'address:192.0.2.7'],
    ['', 'address:'],
    ['unknown', 'address:unknown'],
  ])('of %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

describe('Caller', () => {
  test('an anonymous one goes by the address', () => {
    const caller = Caller.anonymous('2001:db8::1', policies);
    expect(caller).toMatchObject({
      key: 'address:2001:db8:0:0::/64',
      kind: 'anonymous',
      accountId: null,
      sessionId: null,
    });
    expect([caller.policy, caller.limitOwner]).toEqual([policies.anonymous, 'anonymous callers']);
  });

  test('an account goes by its id, wherever it calls from', () => {
    const caller = Caller.account('a', 's', '192.0.2.7', policies);
    expect(caller).toMatchObject({ key: 'account:a', kind: 'authenticated', accountId: 'a', sessionId: 's' });
    expect([caller.policy, caller.limitOwner]).toEqual([policies.authenticated, 'signed-in callers']);
  });
});
