import type { MessageEvent } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Response } from 'express';
import { EMPTY, Observable } from 'rxjs';
import type { States } from '../../application/follow-states.ts';

/** Documents the `Last-Event-ID` header of a route. */
export const LastEventId = (example: string): MethodDecorator =>
  ApiHeader({
    name: 'Last-Event-ID',
    description: 'The `id` of the last event that came, as an `EventSource` sends it when it reconnects',
    schema: { type: 'string' },
    example,
  });

/** The states of what has this id, if there are any to tell, and how they are told. */
export interface Told<T> {
  readonly id: string;
  readonly states: States<T> | undefined;
  readonly heartbeatSeconds: number;
  messageOf(state: T): Promise<MessageEvent>;
}

/**
 * States as the messages of a stream, with a comment now and then while there are none; without states, 204. HEAD, whose
 * answer has no body, is told of none.
 */
export function eventStream<T>(told: Told<T>, response: Response): Observable<MessageEvent> {
  const { id, states, heartbeatSeconds, messageOf } = told;
  if (!states) {
    response.status(204).end();
    return EMPTY;
  }
  // The client has all of it: its connection and its place are free again.
  if (response.req.method === 'HEAD') return EMPTY;
  return new Observable((stream) => {
    const beat = () => stream.next({ comment: 'heartbeat' });
    const heartbeat = setInterval(beat, heartbeatSeconds * 1000);
    const follow = async () => {
      for await (const state of states) stream.next(state ? await messageOf(state) : deletionOf(id));
      stream.complete();
    };
    follow().catch((error: unknown) => stream.error(error));
    return () => clearInterval(heartbeat);
  });
}

/** An event without data would not be dispatched by browsers; one without an id would be given one. */
function deletionOf(id: string): MessageEvent {
  return { type: 'deleted', id: 'deleted', data: { id: id.toLowerCase() } };
}
