import type { KeptStatements } from '../../../database/kept-statements.ts';
import type { ImageJob } from '../../domain/image-job.ts';
import { CostlyFigure } from './costly-figure.ts';
import { JOBS_SEEN } from './waiting-before.ts';

/** Every hundredth waiting job, and the first and the last of each rank. */
const MILESTONES = `
  select queue_rank, created_at, place from (
    select queue_rank, created_at, row_number() over (order by queue_rank, created_at, id) as place,
      lag(id) over ranked as earlier, lead(id) over ranked as later
    from image_jobs where status = 'pending' window ranked as (partition by queue_rank order by created_at, id)
  ) queue where place % ${JOBS_SEEN} = 0 or earlier is null or later is null order by place`;

/** The rank of a waiting job, when it was created, in milliseconds, and how many stand before it and with it. */
interface Milestone {
  readonly rank: number;
  readonly at: number;
  readonly place: number;
}

/** Where a job stands in a queue of more than a hundred: estimated from milestones that are looked up now and then. */
export class LongQueue {
  private readonly milestones: CostlyFigure<readonly Milestone[]>;

  constructor(statements: KeptStatements, now: () => number = () => performance.now()) {
    const find = async (): Promise<readonly Milestone[]> => {
      const rows = await statements.rows<Record<'queue_rank' | 'created_at' | 'place', string | number>>(
        MILESTONES,
        [],
      );
      return rows.map(({ queue_rank, created_at, place }) => ({
        rank: Number(queue_rank),
        at: new Date(created_at).getTime(),
        place: Number(place),
      }));
    };
    this.milestones = new CostlyFigure(find, (milestones) => milestones.at(-1)?.place ?? 0, { now });
  }

  /** Jobs before this one, to a hundred: between two milestones they are taken to have come evenly. */
  async before({ createdAt, queueRank }: ImageJob): Promise<number> {
    const { value: milestones } = await this.milestones.get();
    const moment = createdAt.getTime();
    const passed = milestones.findLastIndex(({ rank, at }) => rank < queueRank || (rank === queueRank && at < moment));
    const from = milestones[passed] ?? { rank: queueRank, at: moment, place: 0 };
    const to = milestones[passed + 1] ?? from;
    // Those of a lower rank came whenever they came: nothing of the time since then is this job's.
    const share = to.at > from.at && from.rank === to.rank ? (moment - from.at) / (to.at - from.at) : 0;
    return Math.max(JOBS_SEEN, Math.round(from.place + share * (to.place - from.place)));
  }
}
