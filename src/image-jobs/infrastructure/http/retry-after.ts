/** Documents the header that says when to ask again. */
export const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds until it is worth asking again, and you may; absent once the job is final',
    schema: { type: 'integer' as const, minimum: 1 },
  },
};
