/**
 * Values that each TLS parameter may have in the URL of a PostgreSQL server, null for any: PostgreSQL's own names and
 * meanings.
 */
const TLS_PARAMETERS: Readonly<Record<string, readonly string[] | null>> = {
  sslmode: ['disable', 'require', 'verify-ca', 'verify-full'],
  sslrootcert: null,
  sslcert: null,
  sslkey: null,
};

/** What a URL of PostgreSQL may have behind its `?`, as it stands in a sentence. */
export const POSTGRESQL_PARAMETERS =
  'a URL with no parameters but sslmode (disable, require, verify-ca or verify-full), sslrootcert, sslcert and sslkey';

/**
 * The parameters of a URL that nobody reads, or whose value nobody knows. None may be passed over in silence: it could be
 * one that protects.
 */
export function unreadParameters(url: unknown): string[] {
  if (typeof url !== 'string' || !URL.canParse(url)) return [];
  return [...new URL(url).searchParams].flatMap(([name, value]) => {
    if (!Object.hasOwn(TLS_PARAMETERS, name)) return [name];
    return TLS_PARAMETERS[name]?.includes(value) === false ? [`${name}=${value}`] : [];
  });
}
