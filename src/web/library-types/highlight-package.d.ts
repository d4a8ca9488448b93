declare module '@highlightjs/cdn-assets/es/core.min.js' {
  const hljs: {
    registerLanguage(name: string, grammar: unknown): void;
    /** Code as HTML, everything in it escaped. */
    highlight(code: string, options: { language: string }): { value: string };
  };
  export default hljs;
}

declare module '@highlightjs/cdn-assets/es/languages/*' {
  const grammar: unknown;
  export default grammar;
}
