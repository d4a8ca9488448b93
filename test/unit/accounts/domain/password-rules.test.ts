import { expect, test } from 'vitest';
import { PASSWORD_RULES } from '../../../../src/accounts/domain/password-rules.ts';
import { listedPasswords } from '../../../../src/accounts/infrastructure/credentials/listed-passwords.ts';

const OWNER = { username: 'AdaLovelace', email: 'countess@analytical-engine.org' };

function brokenRules(password: string): string[] {
  return PASSWORD_RULES.filter((rule) => !rule.isKept(password, OWNER, listedPasswords)).map(({ name }) => name);
}

test.each(['a picture says more', 'Tr0ub4dor&3x', '🔑🔑🔑🔑🔑🔑🔑🔑', '1234567 sheep', 'Lovely-lace-curtains'])(
  '%s is good',
  (password) => {
    expect(brokenRules(password)).toEqual([]);
  },
);

test.each([
  ['48151623422', 'notAllDigits'],
  ['４８１５１６２３４２', 'notAllDigits'],
  ['password', 'notCommon'],
  ['PassWord1', 'notCommon'],
  ['qwertyuiop', 'notCommon'],
  ['iloveyou', 'notCommon'],
  ['adalovelace', 'notTheName'],
  ['ADALOVELACE1', 'notTheName'],
  ['AdaL0velace', 'notTheName'],
  ['countess', 'notTheName'],
  ['countess1815', 'notTheName'],
  ['analytical-engine.org', 'notTheName'],
  ['countess@analytical-engine.org', 'notTheName'],
  ['Ａｄａｌｏｖｅｌａｃｅ', 'notTheName'],
])('%s breaks %s', (password, rule) => {
  expect(brokenRules(password)).toContain(rule);
});

test('a short name forbids only itself', () => {
  const short = { username: 'li', email: 'li@q.cn' };
  const rule = PASSWORD_RULES.find(({ name }) => name === 'notTheName');
  expect(rule?.isKept('believing is seeing', short, listedPasswords)).toBe(true);
});
