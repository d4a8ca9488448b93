import { EventEmitter } from 'node:events';
import { type JobChange, JobEvents } from '../../application/job-events.ts';

/** Job events within this process. */
export class InProcessJobEvents extends JobEvents {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  async publish(change: JobChange): Promise<void> {
    this.emitter.emit(change.id, change);
  }

  subscribe(id: string, listener: (change: JobChange) => void): () => void {
    this.emitter.on(id, listener);
    return () => this.emitter.off(id, listener);
  }
}
