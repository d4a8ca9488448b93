import { html } from '@remix-run/html-template';
import { keysSection } from './account-keys.ts';
import { field } from './form-field.ts';
import { page } from './page.ts';

const NEEDS_SCRIPT = html`<noscript><p class="notice">This form needs JavaScript. The API does not.</p></noscript>`;

/** Log in by name or e-mail. */
export function loginPage(): string {
  return page({
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
<p class="aside">No account yet? <a href="/register/">Register</a>. You stay signed in on this browser until you log out, or stay away for long.</p>
</div>`,
  });
}

/** Make an account. */
export function registerPage(): string {
  return page({
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

/** The account of who is signed in. */
export function accountPage(): string {
  return page({
    title: 'Account',
    description: 'Your account: limits, jobs, sessions, API keys and password.',
    path: '/account/',
    styles: ['account.css'],
    scripts: ['account.js'],
    body: html`<h1>Account</h1>
<div class="alert" role="alert" id="account-problem" hidden></div>
<p id="signed-out" class="notice" hidden>You are not signed in. <a href="/login/?next=/account/">Log in</a> or <a href="/register/">register</a>.</p>
<noscript><p class="notice">This page needs JavaScript.</p></noscript>
<div id="account" class="account" hidden>
<section class="card" aria-labelledby="who-title"><h2 id="who-title">You</h2><dl id="who" class="pairs"></dl>
<p><button class="button quiet" type="button" id="log-out">Log out</button></p></section>
<section class="card" aria-labelledby="limits-title"><h2 id="limits-title">Limits</h2><dl id="limits" class="pairs"></dl></section>
<section class="card wide" aria-labelledby="jobs-title"><h2 id="jobs-title">Jobs</h2><div id="jobs" aria-live="polite"></div></section>
<section class="card wide" aria-labelledby="sessions-title"><h2 id="sessions-title">Sessions</h2><div id="sessions" aria-live="polite"></div></section>
${keysSection()}
<section class="card" aria-labelledby="password-title"><h2 id="password-title">Change the password</h2>
<form id="change-password" class="fields" method="post" novalidate>
<div class="alert" role="alert" id="change-password-problem" hidden></div>
${field({ id: 'current_password', label: 'Current password', type: 'password', autocomplete: 'current-password' })}
${field({ id: 'new_password', label: 'New password', type: 'password', autocomplete: 'new-password', hint: 'Every session ends, this one too' })}
<label class="check"><input type="checkbox" name="revoke_keys"> Revoke every API key too</label>
<button class="button" type="submit">Change it</button>
</form></section>
<section class="card" aria-labelledby="delete-title"><h2 id="delete-title">Delete the account</h2>
<form id="delete-account" class="fields" method="post" novalidate>
<div class="alert" role="alert" id="delete-account-problem" hidden></div>
<p>The account, its jobs and its files are gone at once, for good.</p>
${field({ id: 'delete-password', name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' })}
<button class="button danger" type="submit">Delete my account</button>
</form></section>
</div>`,
  });
}
