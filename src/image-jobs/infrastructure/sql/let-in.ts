import type { KeptStatements, StatementValue } from '../../../database/kept-statements.ts';
import type { AdmissionLimits } from '../../application/ports.ts';
import type { ImageJob } from '../../domain/image-job.ts';

/** A condition, and the values of its placeholders. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly StatementValue[];
}

const NO_CONDITION: Condition = { sql: 'true', values: [] };

/**
 * Whether whoever adds a job would still be let in: its account is there and not disabled, and so is the session or the key
 * that its request came with. A body may take minutes to come, and all of this is looked at before it begins. It is part of
 * the statement that adds the job, so that it costs no way to the database and nothing can come between.
 */
export class LetIn {
  private readonly account: string;
  private readonly session: string;
  private readonly key: string;
  private readonly held: string;

  constructor(statements: KeptStatements) {
    const id = statements.typed('uuid');
    this.account = `select 1 from accounts where id = ${id} and disabled_at is null`;
    this.session = ` and exists (select 1 from sessions where id = ${id})`;
    this.key = ` and exists (select 1 from api_keys where id = ${id} and expires_at > ?)`;
    // A row that is held cannot go before the job is there to be erased with it.
    this.held = statements.holding;
  }

  /** Of a job that is anonymous there is none. A session may have got too old meanwhile: it is good for what it began. */
  condition({ accountId, createdAt }: ImageJob, { letInBy }: AdmissionLimits): Condition {
    if (accountId === null) return NO_CONDITION;
    const { sql, values } = this.proof(createdAt, letInBy);
    return { sql: `exists (${this.account}${sql}${this.held})`, values: [accountId, ...values] };
  }

  private proof(now: Date, letInBy: AdmissionLimits['letInBy']): Condition {
    if (letInBy?.apiKey) return { sql: this.key, values: [letInBy.apiKey.id, now] };
    return letInBy?.sessionId ? { sql: this.session, values: [letInBy.sessionId] } : { sql: '', values: [] };
  }
}
