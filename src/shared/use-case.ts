import type { FactoryProvider } from '@nestjs/common';

/** A class that stands for its instance in the container: a concrete one, or an abstract one that is a port. */
type Token<T> = abstract new (...args: never[]) => T;

/** What stands for each of these dependencies, in their order. */
type Tokens<Dependencies extends unknown[]> = { [K in keyof Dependencies]: Token<Dependencies[K]> };

/**
 * Binds a plain class to the container, its dependencies named in the order of its constructor.
 * Application code so needs no decorators, and a wrong, missing or swapped dependency does not compile.
 */
export function useCase<Dependencies extends unknown[], T>(
  UseCase: new (...dependencies: Dependencies) => T,
  ...tokens: Tokens<Dependencies>
): FactoryProvider<T> {
  return {
    provide: UseCase,
    inject: tokens as Token<unknown>[],
    useFactory: (...dependencies: unknown[]) => new UseCase(...(dependencies as Dependencies)),
  };
}

/** Binds the class that stands behind a port, with its dependencies as those of a use case. */
export function adapter<Dependencies extends unknown[], T>(
  Port: Token<T>,
  Adapter: new (...dependencies: Dependencies) => T,
  ...tokens: Tokens<Dependencies>
): FactoryProvider<T> {
  return { ...useCase(Adapter, ...tokens), provide: Port };
}
