export { default } from '@highlightjs/cdn-assets/es/languages/json.min.js';
