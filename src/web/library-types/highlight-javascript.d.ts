export { default } from '@highlightjs/cdn-assets/es/languages/javascript.min.js';
