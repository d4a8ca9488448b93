/**
 * Variables for a process whose machine's clock is off by so many seconds. What a process takes the time from is
 * replaced before anything else is loaded; `Date` stays the same class in every other way.
 */
export function clockOffBy(seconds: number): NodeJS.ProcessEnv {
  const source = `
    const Machine = Date;
    const now = () => Machine.now() + ${seconds * 1000};
    globalThis.Date = new Proxy(Machine, {
      construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
      apply: () => new Date().toString(),
      get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
    });`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(source)}` };
}
