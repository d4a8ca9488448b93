import { expect } from 'vitest';
import type { BatchDto, BatchListDto } from './answers.ts';
import { ApiClient, type TokenPair } from './api-client.ts';
import { isFinal, untilFinal } from './final.ts';
import type { Service } from './service.ts';
import { unpackedAnswer, type ZipEntry } from './unpacked-zip.ts';
import type { SentOperations } from './upload.ts';

/** A file that a form of a batch brings. */
export interface SentFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The batches' routes, as one account uses them over HTTP. */
export class BatchesApi {
  private readonly headers: Record<string, string>;

  constructor(
    private readonly service: Pick<Service, 'url'>,
    tokens: Pick<TokenPair, 'access'>,
  ) {
    this.headers = { Authorization: `Bearer ${tokens.access}` };
  }

  static async ofNewAccount(service: Pick<Service, 'url'>, username: string): Promise<BatchesApi> {
    return new BatchesApi(service, await new ApiClient(service.url).newAccount(username));
  }

  /** Sends any form. */
  post(body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
    return this.send('', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
  }

  upload(files: readonly SentFile[], operations?: SentOperations, headers?: Record<string, string>): Promise<Response> {
    return this.post(batchForm(files, operations), headers);
  }

  /** Uploads what must be accepted, as a whole or in part. */
  async submit(
    files: readonly SentFile[],
    operations?: SentOperations,
    headers?: Record<string, string>,
  ): Promise<BatchDto> {
    const response = await this.upload(files, operations, headers);
    const answer = await response.json();
    expect(response.status, JSON.stringify(answer)).toBe(201);
    return answer as BatchDto;
  }

  /** Uploads, and shows the batch once all its jobs are final. */
  async process(files: readonly SentFile[], operations?: SentOperations): Promise<BatchDto> {
    const batch = await this.submit(files, operations, { Prefer: 'wait=30' });
    return isFinal(batch) ? batch : this.whenFinal(batch.id);
  }

  /** Waits until all its jobs are final, and shows it. */
  whenFinal(id: string): Promise<BatchDto> {
    return untilFinal((waiting) => this.show(id, waiting));
  }

  get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
    return this.send(path, { method, headers });
  }

  async show(id: string, headers?: Record<string, string>): Promise<BatchDto> {
    const response = await this.get(`${id}/`, headers);
    expect(response.status).toBe(200);
    return (await response.json()) as BatchDto;
  }

  /** A page of the list; `query` is a query string or an absolute URL from another page. */
  async list(query = ''): Promise<BatchListDto> {
    const response = await this.get(query.startsWith('http') ? new URL(query).search : query);
    expect(response.status).toBe(200);
    return (await response.json()) as BatchListDto;
  }

  /** The files of an archive that must be there, as another program reads them. */
  async archive(id: string, folder: string): Promise<ZipEntry[]> {
    return unpackedAnswer(await this.get(`${id}/archive/`), folder);
  }

  private send(path: string, { headers, ...init }: RequestInit): Promise<Response> {
    const all = { ...this.headers, ...(headers as Record<string, string>) };
    return fetch(`${this.service.url}/api/batches/${path}`, { ...init, headers: all });
  }
}

/** A form as the documentation describes it. */
export function batchForm(files: readonly SentFile[], operations: SentOperations = []): FormData {
  const form = new FormData();
  for (const { name, bytes } of files) form.append('images', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
  form.append('operations', typeof operations === 'string' ? operations : JSON.stringify(operations));
  return form;
}
