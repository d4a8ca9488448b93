import { expect } from 'vitest';
import { JobEvents } from '../../src/image-jobs/application/job-events.ts';
import type { ImageDto, ImageListDto } from '../../src/image-jobs/infrastructure/http/image.dto.ts';
import { ApiClient, type TokenPair } from './api-client.ts';
import { untilFinal } from './final.ts';
import type { Service } from './service.ts';
import { formOf, type SentOperations } from './upload.ts';

/** The images' routes, as one caller uses them over HTTP. */
export class ImagesApi {
  private readonly headers: Record<string, string>;

  /** Without tokens the caller is anonymous. */
  constructor(
    private readonly service: Pick<Service, 'url'>,
    tokens?: TokenPair,
    others: Record<string, string> = {},
  ) {
    this.headers = { ...(tokens && { Authorization: `Bearer ${tokens.access}` }), ...others };
  }

  /** The same routes, as a new account. */
  static async ofNewAccount(service: Pick<Service, 'url'>, username: string): Promise<ImagesApi> {
    return new ImagesApi(service, await new ApiClient(service.url).newAccount(username));
  }

  /** Sends any form. */
  post(body: FormData, headers: Record<string, string> = {}): Promise<Response> {
    const all = { ...this.headers, ...headers };
    return fetch(`${this.service.url}/api/images/`, { method: 'POST', headers: all, body });
  }

  upload(bytes: Uint8Array, operations: SentOperations = [], name = 'photo.jpg'): Promise<Response> {
    return this.post(formOf(bytes, operations, name));
  }

  /** Uploads what must be accepted. */
  async submit(bytes: Uint8Array, operations?: SentOperations, name?: string): Promise<ImageDto> {
    const response = await this.upload(bytes, operations, name);
    const answer = await response.json();
    expect(answer, JSON.stringify(answer)).toMatchObject({ id: expect.any(String) });
    expect(response.status).toBe(201);
    return answer as ImageDto;
  }

  /** Uploads, and shows the job once it is final. */
  async process(bytes: Uint8Array, operations?: SentOperations, name?: string): Promise<ImageDto> {
    return this.whenFinal((await this.submit(bytes, operations, name)).id);
  }

  /** Uploads what must succeed, and downloads the result. */
  async result(bytes: Uint8Array, operations?: SentOperations): Promise<{ image: ImageDto; bytes: Buffer }> {
    const image = await this.process(bytes, operations);
    expect(image).toMatchObject({ status: 'completed', error: null });
    const response = await this.download(image.id);
    expect(response.status).toBe(200);
    return { image, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
    return fetch(`${this.service.url}/api/images/${path}`, { method, headers: { ...this.headers, ...headers } });
  }

  /** Waits until the job is final, and shows it. */
  whenFinal(id: string): Promise<ImageDto> {
    return untilFinal((waiting) => this.show(id, waiting));
  }

  async show(id: string, headers?: Record<string, string>): Promise<ImageDto> {
    const response = await this.get(`${id}/`, headers);
    expect(response.status).toBe(200);
    return (await response.json()) as ImageDto;
  }

  download(id: string, headers?: Record<string, string>, method?: string): Promise<Response> {
    return this.get(`${id}/download/`, headers, method);
  }

  remove(id: string): Promise<Response> {
    return this.get(`${id}/`, {}, 'DELETE');
  }

  /** A page of the list; `query` is a query string or an absolute URL from another page. */
  async list(query = ''): Promise<ImageListDto> {
    const response = await this.get(query.startsWith('http') ? new URL(query).search : query);
    expect(response.status).toBe(200);
    return (await response.json()) as ImageListDto;
  }
}

/** Resolves when `holds` does; it is asked now and after each change of the job. */
export async function changed(service: Service, id: string, holds: () => Promise<boolean>): Promise<void> {
  const held = Promise.withResolvers<void>();
  const look = () => void holds().then((yes) => yes && held.resolve(), held.reject);
  const stop = service.app.get(JobEvents, { strict: false }).subscribe(id, look);
  look();
  await held.promise.finally(stop);
}
