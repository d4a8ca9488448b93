import { forgetTraces } from './account-profile.js';
import { deleteAccount } from './api.js';
import { find } from './dom.js';
import { submits } from './form.js';
import { forget } from './session.js';

/** The form that deletes the account. */
export function showDeletion() {
  submits(find('#delete-account', HTMLFormElement), async ({ password = '' }) => {
    await deleteAccount(password);
    await forgetTraces();
    forget();
    location.assign('/');
  });
}
