import { html } from '@remix-run/html-template';
import { field } from './form-field.ts';
import { page } from './page.ts';

const NEEDS_SCRIPT = html`<noscript><p class="notice">This form needs JavaScript. The API does not.</p></noscript>`;

/** Log in by name or e-mail. */
export function loginPage(offersRegistration: boolean): string {
  return page({
    offersRegistration,
    title: 'Log in',
    description: 'Log in to ImagePro API.',
    path: '/login/',
    scripts: ['login.js'],
    body: html`<div class="narrow card">
<h1>Log in</h1>
<form id="login" class="fields" method="post" novalidate>
<div class="alert" role="alert" id="login-problem" hidden></div>
${field({ id: 'username', label: 'Username or e-mail', type: 'text', autocomplete: 'username' })}
${field({ id: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' })}
<button class="button" type="submit">Log in</button>
</form>
${NEEDS_SCRIPT}
<p class="aside">${offersRegistration ? html`No account yet? <a href="/register/">Register</a>. ` : null}You stay signed in on this browser until you log out, or stay away for long.</p>
</div>`,
  });
}

/** Make an account. */
export function registerPage(): string {
  return page({
    offersRegistration: true,
    title: 'Register',
    description: 'Make an account for ImagePro API: larger files, more operations, more time.',
    path: '/register/',
    scripts: ['register.js'],
    body: html`<div class="narrow card">
<h1>Register</h1>
<form id="register" class="fields" method="post" novalidate>
<div class="alert" role="alert" id="register-problem" hidden></div>
${field({ id: 'username', label: 'Username', type: 'text', autocomplete: 'username', hint: 'Letters, digits and @ . + - _' })}
${field({ id: 'email', label: 'E-mail', type: 'email', autocomplete: 'email' })}
${field({ id: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', hint: '8 to 128 characters; not a common one, not all digits, not close to your name' })}
<button class="button" type="submit">Register</button>
</form>
${NEEDS_SCRIPT}
<p class="aside">You have an account? <a href="/login/">Log in</a>.</p>
</div>`,
  });
}
