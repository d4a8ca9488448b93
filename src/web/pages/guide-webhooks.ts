import type { Examples } from './section-examples.ts';

/**
 * Programs that verify messages as Standard Webhooks signs them, without a library: each is a receiver that is given a
 * secret, headers with names in lower case, and the body as it came, in bytes. They stand by themselves.
 */
export const VERIFYING: Pick<Examples, 'javascript' | 'python'> = {
  javascript: `import { createHmac, timingSafeEqual } from 'node:crypto';

/** The message that a body holds, if one of its signatures is right and it is not older than five minutes. */
export function verified(secret, headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (!(Math.abs(Date.now() / 1000 - timestamp) < 300)) throw new Error('The message is too old');
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const right = createHmac('sha256', key).update(\`\${id}.\${timestamp}.\`).update(body).digest();
  // For a day after a rotation there are two, one for each secret.
  const isRight = signatures.split(' ').some((signature) => {
    const [version, text] = signature.split(',');
    const given = Buffer.from(text ?? '', 'base64');
    return version === 'v1' && given.length === right.length && timingSafeEqual(given, right);
  });
  if (!isRight) throw new Error('No signature is right');
  return JSON.parse(body);
}`,
  python: `import base64, hashlib, hmac, json, time

def verified(secret, headers, body):
    """The message that a body holds, if one of its signatures is right and it is not older than five minutes."""
    message_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(timestamp)) > 300:
        raise ValueError("The message is too old")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    right = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # For a day after a rotation there are two, one for each secret.
    if not any(hmac.compare_digest(right, given) for given in headers["webhook-signature"].split(" ")):
        raise ValueError("No signature is right")
    return json.loads(body)`,
};
