export { default } from '@highlightjs/cdn-assets/es/languages/python.min.js';
