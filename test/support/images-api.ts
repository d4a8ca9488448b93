import { expect } from 'vitest';
import { JobEvents } from '../../src/image-jobs/application/job-events.ts';
import { ImageJobRepository } from '../../src/image-jobs/application/ports.ts';
import type { ImageDto, ImageListDto } from '../../src/image-jobs/infrastructure/http/image.dto.ts';
import type { Service } from './service.ts';

/** What a form sends as `operations`: JSON, or text that only claims to be. */
export type SentOperations = readonly object[] | string;

/** The images' routes, as one caller uses them over HTTP. */
export class ImagesApi {
  readonly headers: Record<string, string>;

  constructor(
    private readonly service: Service,
    token?: string,
  ) {
    this.headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  }

  /** Sends any form. */
  post(body: FormData): Promise<Response> {
    return fetch(`${this.service.url}/api/images/`, { method: 'POST', headers: this.headers, body });
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
    const { id } = await this.submit(bytes, operations, name);
    await finalState(this.service, id);
    return this.show(id);
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

  async show(id: string): Promise<ImageDto> {
    const response = await this.get(`${id}/`);
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

/** A form as the documentation describes it. */
export function formOf(bytes: Uint8Array, operations: SentOperations, name = 'photo.jpg'): FormData {
  const form = new FormData();
  form.append('original_image', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
  form.append('operations', typeof operations === 'string' ? operations : JSON.stringify(operations));
  return form;
}

/** Resolves when the job is final, or gone. */
export function finalState(service: Service, id: string): Promise<void> {
  const jobs = service.app.get(ImageJobRepository);
  return changed(service, id, async () => (await jobs.find(id))?.isFinal() ?? true);
}

/** Resolves when `holds` does; it is asked now and after each change of the job. */
export async function changed(service: Service, id: string, holds: () => Promise<boolean>): Promise<void> {
  const held = Promise.withResolvers<void>();
  const look = () => void holds().then((yes) => yes && held.resolve(), held.reject);
  const stop = service.app.get(JobEvents).subscribe(id, look);
  look();
  await held.promise.finally(stop);
}

/** Registers an account and logs it in; its access token. */
export async function newAccount({ url }: Service, username: string): Promise<{ id: string; token: string }> {
  const account = { username, email: `${username}@example.com`, password: PASSWORD };
  const post = (path: string, body: object) =>
    fetch(`${url}/accounts/${path}/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const registered = await post('register', account);
  expect(registered.status).toBe(201);
  const { data } = (await registered.json()) as { data: { id: string } };
  const { access } = (await (await post('login', { username, password: PASSWORD })).json()) as { access: string };
  return { id: data.id, token: access };
}

/** The password of every account that `newAccount` makes. */
export const PASSWORD = 'plum-lantern-42-otter';
