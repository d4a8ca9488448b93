/** A part of the service that has to answer before a process can serve. */
export interface NeededPart {
  readonly name: string;
  /** Rejects while the part does not answer. */
  readonly check: () => Promise<unknown>;
}

/** What has to answer before this process can serve. Each module that needs something names it here. */
export class Readiness {
  private readonly needed: NeededPart[] = [];

  needs(name: string, check: () => Promise<unknown>): void {
    this.needed.push({ name, check });
  }

  get parts(): readonly NeededPart[] {
    return this.needed;
  }

  /** Names of the parts that do not answer; none means ready. */
  async missing(): Promise<string[]> {
    const checks = await Promise.allSettled(this.needed.map(({ check }) => check()));
    return this.needed.filter((_part, index) => checks[index]?.status === 'rejected').map(({ name }) => name);
  }
}
