import { Logger } from '@nestjs/common';
import { type AuditEntry, AuditLog } from '../application/ports.ts';

/** The audit trail as lines of the service's log, which an operator can tell by `"context":"Audit"`. */
export class NestAuditLog extends AuditLog {
  private readonly logger = new Logger('Audit');

  write({ action, account, address, reason }: AuditEntry): void {
    const because = reason === undefined ? '' : ` (${reason})`;
    this.logger.log({ action, account, address, reason }, `${action} of ${account ?? 'no account'}${because}`);
  }
}
