import { Module } from '@nestjs/common';
import { Clock } from '../../../shared/clock.ts';
import { RedisConnections } from '../../../shared/redis/redis-connections.ts';
import { SlidingWindows } from '../../application/ports.ts';
import { InProcessSlidingWindows } from './in-process-sliding-windows.ts';
import { RedisSlidingWindows } from './redis-sliding-windows.ts';

/** The windows that requests and wrong passwords are counted in: one set of them in a process. */
@Module({
  providers: [{ provide: SlidingWindows, inject: [RedisConnections, Clock], useFactory: slidingWindows }],
  exports: [SlidingWindows],
})
export class SlidingWindowsModule {}

function slidingWindows(redis: RedisConnections | null, clock: Clock): SlidingWindows {
  return redis ? new RedisSlidingWindows(redis.commands, clock) : new InProcessSlidingWindows(clock);
}
