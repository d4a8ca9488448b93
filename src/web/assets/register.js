import { register } from './api.js';
import { find } from './dom.js';
import { submits } from './form.js';
import { logIn } from './session.js';

submits(find('#register', HTMLFormElement), async ({ username = '', email = '', password = '' }) => {
  await register({ username, email, password });
  await logIn(username, password);
  location.assign('/playground/');
});
