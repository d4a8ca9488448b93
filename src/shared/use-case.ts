import type { FactoryProvider } from '@nestjs/common';

/** A class that stands for its instance in the container: a concrete one, or an abstract one that is a port. */
type Token<T> = abstract new (...args: never[]) => T;

/**
 * Binds a plain class to the container, its dependencies named in the order of its constructor.
 * Application code so needs no decorators, and a wrong, missing or swapped dependency does not compile.
 */
export function useCase<Dependencies extends unknown[], T>(
  UseCase: new (...dependencies: Dependencies) => T,
  ...tokens: { [K in keyof Dependencies]: Token<Dependencies[K]> }
): FactoryProvider<T> {
  return {
    provide: UseCase,
    inject: tokens as Token<unknown>[],
    useFactory: (...dependencies: unknown[]) => new UseCase(...(dependencies as Dependencies)),
  };
}
