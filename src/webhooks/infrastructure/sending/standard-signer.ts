import { Webhook } from 'standardwebhooks';
import { MessageSigner } from '../../application/ports.ts';

/** Signs messages as Standard Webhooks does, with each secret that is valid. */
export class StandardSigner extends MessageSigner {
  sign(id: string, at: Date, body: string, secrets: readonly string[]): Record<string, string> {
    const signatures = secrets.map((secret) => new Webhook(secret).sign(id, at, body));
    return {
      'Content-Type': 'application/json',
      'User-Agent': 'ImagePro-Webhooks',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    };
  }
}
