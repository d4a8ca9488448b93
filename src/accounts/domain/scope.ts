/** What an API key may be for, each with what it opens. */
export const SCOPES = {
  'images:read': 'see, follow and download images',
  'images:write': 'upload and delete images',
  'usage:read': 'read what the account has used',
  'webhooks:manage': 'manage webhooks',
  'presets:manage': 'manage presets',
} as const;

export type Scope = keyof typeof SCOPES;

export const SCOPE_NAMES = Object.keys(SCOPES) as Scope[];

/** The scopes that open something on a service that has webhooks, or has not. */
export function scopesOf({ hasWebhooks }: { hasWebhooks: boolean }): Scope[] {
  return SCOPE_NAMES.filter((name) => hasWebhooks || name !== 'webhooks:manage');
}

/** What a route asks of an API key: one of the scopes, or `any` key; without either no key reaches it. */
export type RouteScope = Scope | 'any';
