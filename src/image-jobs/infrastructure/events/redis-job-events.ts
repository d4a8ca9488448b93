import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { type JobChange, JobEvents, MISSED } from '../../application/job-events.ts';

/** Every process hears every change: they are few beside the requests, and a listener needs no round trip to begin. */
const CHANNEL = 'imagepro:job-changes';

/** Job events over all processes, through Redis. Without it they reach the listeners of their own process. */
export class RedisJobEvents extends JobEvents {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  /** `subscriber` is a connection for this alone. */
  constructor(
    private readonly commands: Redis,
    subscriber: Redis,
  ) {
    super();
    subscriber.on('message', (_channel, text) => this.tell(JSON.parse(text) as JobChange));
    // What was published while the connection was away is lost: whoever listens looks again.
    subscriber.on('ready', () => void this.begin(subscriber));
    if (subscriber.status === 'ready') void this.begin(subscriber);
  }

  async publish(change: JobChange): Promise<void> {
    // Unlike other commands a connection that is not ready yet would take it, and wait.
    if (this.commands.status !== 'ready') return this.tell(change);
    try {
      await this.commands.publish(CHANNEL, JSON.stringify(change));
    } catch {
      this.tell(change);
    }
  }

  subscribe(id: string, listener: (change: JobChange) => void): () => void {
    this.emitter.on(id, listener);
    return () => this.emitter.off(id, listener);
  }

  private tell(change: JobChange): void {
    this.emitter.emit(change.id, change);
  }

  private async begin(subscriber: Redis): Promise<void> {
    try {
      await subscriber.subscribe(CHANNEL);
    } catch {
      // The connection went away again; it tells when it is back.
      return;
    }
    for (const id of this.emitter.eventNames()) this.tell({ id: String(id), version: MISSED });
  }
}
