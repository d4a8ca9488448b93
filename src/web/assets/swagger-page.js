// Swagger UI's own page has no way back and no viewport; both come from here.
const viewport = Object.assign(document.createElement('meta'), {
  name: 'viewport',
  content: 'width=device-width, initial-scale=1',
});
document.head.append(viewport);

const links = [
  ['/', 'ImagePro API'],
  ['/playground/', 'Playground'],
  ['/api/documentation/', 'Guide'],
  ['/api/docs/', 'Swagger UI'],
  ['/api/redoc/', 'ReDoc'],
  ['/account/', 'Account'],
].map(([href, text]) => Object.assign(document.createElement('a'), { href, textContent: text }));
links[3]?.setAttribute('aria-current', 'page');
const navigation = document.createElement('nav');
navigation.className = 'page-links';
navigation.setAttribute('aria-label', 'Main');
navigation.append(...links);
document.body.prepend(navigation);

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const dress = () => document.documentElement.classList.toggle('dark-mode', prefersDark.matches);
prefersDark.addEventListener('change', dress);
dress();
