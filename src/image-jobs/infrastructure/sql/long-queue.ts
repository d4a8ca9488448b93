import type { KeptStatements } from '../../../database/kept-statements.ts';
import type { ImageJob } from '../../domain/image-job.ts';
import { CostlyFigure } from './costly-figure.ts';
import { JOBS_SEEN } from './waiting-before.ts';

/** Every hundredth waiting job, and the last. */
const MILESTONES = `
  select created_at, place from (
    select created_at, row_number() over (order by created_at, id) as place, count(*) over () as jobs
    from image_jobs where status = 'pending'
  ) queue where place % ${JOBS_SEEN} = 0 or place = jobs order by place`;

/** When a waiting job was created, in milliseconds, and how many stand before it and with it. */
interface Milestone {
  readonly at: number;
  readonly place: number;
}

/** Where a job stands in a queue of more than a hundred: estimated from milestones that are looked up now and then. */
export class LongQueue {
  private readonly milestones: CostlyFigure<readonly Milestone[]>;

  constructor(statements: KeptStatements, now: () => number = () => performance.now()) {
    const find = async (): Promise<readonly Milestone[]> => {
      const rows = await statements.rows<Record<'created_at' | 'place', string | number>>(MILESTONES, []);
      return rows.map(({ created_at, place }) => ({ at: new Date(created_at).getTime(), place: Number(place) }));
    };
    this.milestones = new CostlyFigure(find, (milestones) => milestones.at(-1)?.place ?? 0, { now });
  }

  /** Jobs before this one, to a hundred: between two milestones they are taken to have come evenly. */
  async before({ createdAt }: ImageJob): Promise<number> {
    const { value: milestones } = await this.milestones.get();
    const moment = createdAt.getTime();
    const passed = milestones.findLastIndex(({ at }) => at < moment);
    const from = milestones[passed] ?? { at: moment, place: 0 };
    const to = milestones[passed + 1] ?? from;
    const share = to.at > from.at ? (moment - from.at) / (to.at - from.at) : 0;
    return Math.max(JOBS_SEEN, Math.round(from.place + share * (to.place - from.place)));
  }
}
