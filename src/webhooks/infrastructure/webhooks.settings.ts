import { OrUnset } from '../../shared/setting-values.ts';
import { Expect, IntegerBetween, OneOf } from '../../shared/validation.ts';
import { networksIn } from './sending/address-rules.ts';

/** Whether webhooks are sent, and where to beyond the public internet. */
export class WebhookSettings {
  @OneOf(['on', 'off'])
  enabled: 'on' | 'off';
  @OrUnset()
  @Expect({
    name: 'networks',
    what: 'a comma-separated list of networks such as 10.1.0.0/16',
    test: (v) => typeof v === 'string' && networksIn(v) !== null,
  })
  networks: string | null;
  @OneOf(['on', 'off'])
  http: 'on' | 'off';
  @IntegerBetween(1, 300)
  timeoutSeconds: number;
}
