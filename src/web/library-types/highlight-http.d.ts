export { default } from '@highlightjs/cdn-assets/es/languages/http.min.js';
