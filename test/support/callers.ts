import { Caller } from '../../src/accounts/domain/caller.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';

/** The policies as they stand in `config/default.yaml`. */
export const { policies: POLICIES } = loadSettings({});

/** Somebody without an account. */
export const ANONYMOUS = Caller.anonymous('192.0.2.7', POLICIES);

/** Somebody with an account. */
export const MEMBER = Caller.account('0b1e4f54-6fd6-4f54-9d0c-6d0d6fd60b1e', 'session', '192.0.2.7', POLICIES);
