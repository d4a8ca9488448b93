import { html } from '@remix-run/html-template';
import type { Settings } from '../../settings/settings.ts';
import { codeBox } from './code-box.ts';
import { page } from './page.ts';
import { size } from './policy-table.ts';

/** What the service is, in one screen, and a picture processed in one click. */
export function homePage(address: string, { policies, security }: Pick<Settings, 'policies' | 'security'>): string {
  const { anonymous, authenticated } = policies;
  const isOpen = security.anonymous === 'on';
  return page({
    offersRegistration: security.registration === 'open',
    title: 'Images, processed while you wait',
    description: 'Resize, crop, rotate, adjust, compress and convert images over HTTP.',
    path: '/',
    styles: ['compare.css', 'home.css'],
    scripts: ['home.js'],
    body: html`<div class="hero">
<div class="pitch">
<p class="eyebrow">Resize&nbsp;· crop&nbsp;· rotate&nbsp;· compress&nbsp;· convert</p>
<h1><span>Send a picture.</span> <span>Say what happens.</span> <span>Take the result.</span></h1>
<p class="lede">ImagePro API takes JPEG, PNG and WebP with a list of operations, works on them in the background, and keeps the result just long enough for you to fetch it.${isOpen ? ' No account is needed to try.' : ' It needs an account.'}</p>
<p class="actions"><a class="button" href="/playground/">Open the playground</a> <a class="button quiet" href="/api/documentation/">Read the guide</a></p>
<dl class="figures">
${
  isOpen
    ? html`<div><dt>Without an account</dt><dd>${size(anonymous.fileBytes)}, ${anonymous.operations} operations, ${anonymous.requestsPerMinute} requests a minute</dd></div>
`
    : null
}<div><dt>${isOpen ? 'With one' : 'With an account'}</dt><dd>${size(authenticated.fileBytes)}, ${authenticated.operations} operations, ${authenticated.requestsPerMinute} requests a minute</dd></div>
</dl>
</div>
<section class="demo card" aria-labelledby="demo-title">
<h2 id="demo-title">Try it with this picture</h2>
<div id="demo-stage" class="demo-stage"><canvas id="demo-picture" width="1200" height="800" role="img" aria-label="Built-in picture: the sun sets behind mountains, over a lake"></canvas></div>
<form id="demo-form">
<fieldset class="chips"><legend>What should happen</legend>
<label><input type="radio" name="recipe" value="grayscale" checked><span>Black and white</span></label>
<label><input type="radio" name="recipe" value="small"><span>Small WebP</span></label>
<label><input type="radio" name="recipe" value="blur"><span>Blurred</span></label>
</fieldset>
<button class="button" type="submit">Process it</button>
</form>
<p id="demo-state" class="demo-state" role="status">${isOpen ? 'One' : html`<a href="/login/?next=/">Log in</a>, and one`} click sends it to this server, as any program would.</p>
<noscript><p class="notice">The demonstration needs JavaScript. The API does not.</p></noscript>
</section>
</div>
<section class="ways" aria-labelledby="ways-title">
<h2 id="ways-title">From your program</h2>
${codeBox({ caption: 'curl', language: 'bash', text: example(address, isOpen) })}
<ul class="cards">
<li class="card"><h3><a href="/playground/">Playground</a></h3><p>Build the request by hand and copy it as curl, JavaScript or Python.</p></li>
<li class="card"><h3><a href="/api/documentation/">Guide</a></h3><p>From an account to a finished file, with examples that run.</p></li>
<li class="card"><h3><a href="/api/docs/">Swagger UI</a></h3><p>Every route, to try out here.</p></li>
<li class="card"><h3><a href="/api/redoc/">ReDoc</a></h3><p>The same document, to read.</p></li>
<li class="card"><h3><a href="/api/schema/">OpenAPI 3.1</a></h3><p>To generate a client from.</p></li>
<li class="card"><h3><a href="/problems/">Error codes</a></h3><p>What each means, and how to get past it.</p></li>
</ul>
</section>`,
  });
}

const example = (address: string, isOpen: boolean): string => `curl ${address}/api/images/ \\
${isOpen ? '' : `  -H "Authorization: Bearer $KEY" \\\n`}  -H 'Prefer: wait=10' \\
  -F original_image=@photo.jpg \\
  -F 'operations=[{"operation_type":"resize","parameters":{"width":1200,"height":900,"fit":"inside"}}]'`;
