import { find } from './dom.js';
import { submits } from './form.js';
import { logIn } from './session.js';

submits(find('#login', HTMLFormElement), async ({ username = '', password = '' }) => {
  await logIn(username, password);
  const next = new URL(new URLSearchParams(location.search).get('next') ?? '/playground/', location.href);
  // Only to pages of this service, whatever the address says; a path alone may begin with two slashes, and name a host.
  location.assign(next.href.startsWith(`${location.origin}/`) ? next.href : '/playground/');
});
