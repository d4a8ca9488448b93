import type { ProblemDocument } from '../../src/shared/http/problem-document.ts';

/** What a test reads of an answer. */
export interface Answer<Body = never> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON body. */
  readonly body: Body;
}

/** The tokens of a log-in, as the API answers them. */
export interface TokenPair {
  access: string;
  refresh: string;
  token_type: string;
  expires_in: number;
}

export const PASSWORD = 'a picture says more';

/** Speaks to a service as a client does: JSON in and out. */
export class ApiClient {
  constructor(
    readonly url: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** The same client, with further headers. */
  with(headers: Record<string, string>): ApiClient {
    return new ApiClient(this.url, { ...this.headers, ...headers });
  }

  /** The same client, with an access token. */
  as({ access }: { access: string }): ApiClient {
    return this.with({ Authorization: `Bearer ${access}` });
  }

  async send<Body = never>(path: string, init: RequestInit = {}): Promise<Answer<Body>> {
    const headers = { ...this.headers, ...(init.headers as Record<string, string>) };
    const response = await fetch(`${this.url}${path}`, { redirect: 'manual', ...init, headers });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, text, body: isJson && text ? JSON.parse(text) : null };
  }

  get<Body = never>(path: string): Promise<Answer<Body>> {
    return this.send(path);
  }

  delete(path: string): Promise<Answer> {
    return this.send(path, { method: 'DELETE' });
  }

  post<Body = never>(path: string, body: unknown): Promise<Answer<Body>> {
    return this.sendText(path, JSON.stringify(body));
  }

  sendText<Body = never>(path: string, body: string): Promise<Answer<Body>> {
    return this.send(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  }

  register(username: string, password = PASSWORD, email = `${username}@example.com`): Promise<Answer> {
    return this.post('/accounts/register/', { username, email, password });
  }

  /** The tokens of a new session; the log-in must succeed. */
  async logIn(username: string, password = PASSWORD): Promise<TokenPair> {
    const { status, body, text } = await this.post<TokenPair>('/accounts/login/', { username, password });
    if (status !== 200) throw new Error(`Expected ${username} to log in, received ${status} ${text}`);
    return body;
  }

  /** Registers an account and logs it in. */
  async newAccount(username: string): Promise<TokenPair> {
    const { status, text } = await this.register(username);
    if (status !== 201) throw new Error(`Expected ${username} to be registered, received ${status} ${text}`);
    return this.logIn(username);
  }

  refresh<Body = TokenPair>(refresh: string): Promise<Answer<Body>> {
    return this.post('/accounts/refresh/', { refresh });
  }
}

/** Status and code of a refusal, to compare in one expectation. */
export function refusal({ status, body }: Answer<unknown>): [number, string | undefined] {
  return [status, (body as ProblemDocument | null)?.code];
}
