import './copy.js';
import { element, find } from './dom.js';
import { signedInAs } from './session.js';

const visitor = find('#visitor', HTMLUListElement);
const signedOut = [...visitor.children];

/** Shows who is signed in. */
function show() {
  const name = signedInAs();
  if (!name) return visitor.replaceChildren(...signedOut);
  const current = location.pathname === '/account/' && 'page';
  visitor.replaceChildren(
    element('li', {}, element('a', { href: '/account/', 'aria-current': current }, `Account (${name})`)),
  );
}

addEventListener('imagepro:session', show);
show();
