export { default } from '@highlightjs/cdn-assets/es/languages/bash.min.js';
