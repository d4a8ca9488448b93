import { changePassword } from './api.js';
import { find } from './dom.js';
import { submits } from './form.js';
import { forget } from './session.js';

/** The form that replaces the password. */
export function showPassword() {
  submits(
    find('#change-password', HTMLFormElement),
    async ({ current_password = '', new_password = '', revoke_keys }) => {
      await changePassword({ current_password, new_password, revoke_keys: revoke_keys === 'on' });
      forget();
      location.assign('/login/?next=/account/');
    },
  );
}
