import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { ImageDto, UsageReportDto } from '../../support/answers.ts';
import { ApiClient, type TokenPair } from '../../support/api-client.ts';
import { ImagesApi } from '../../support/images-api.ts';
import type { RunningProcess } from './running-process.ts';

/** The output whose file is written last. */
export const LAST_NAME = 'fourth';
const NAMES = ['first', 'second', 'third', LAST_NAME];
const SMALLER = [
  { operation_type: 'resize', parameters: { width: 400, height: 300 } },
  { operation_type: 'convert', parameters: { format: 'webp' } },
];

/** An account that asks for four results of each picture, and what it sees of them. */
export class SeveralOutputs {
  private readonly images: ImagesApi;
  private readonly client: ApiClient;

  constructor(api: RunningProcess, tokens: TokenPair) {
    this.images = new ImagesApi(api, tokens);
    this.client = new ApiClient(api.url).as(tokens);
  }

  /** Uploads a picture; `operations` are those of the second output. */
  async accepted(picture: Uint8Array<ArrayBuffer>, operations: readonly object[] = SMALLER): Promise<string> {
    const form = new FormData();
    form.set('original_image', new Blob([picture]), 'picture.jpg');
    const outputs = NAMES.map((name, index) => ({ name, operations: index === 1 ? operations : SMALLER }));
    form.set('outputs', JSON.stringify(outputs));
    const response = await this.images.post(form);
    expect(response.status).toBe(201);
    return ((await response.json()) as ImageDto).id;
  }

  /** A job whose worker is dead shows no result, and hands none out. */
  async seesNone(id: string): Promise<void> {
    const job = await this.images.show(id);
    expect(job).toMatchObject({ status: 'processing', result: null, error: null, download_url: null });
    expect(job.outputs.map(({ name, result, error, download_url }) => [name, result, error, download_url])).toEqual(
      NAMES.map((name) => [name, null, null, null]),
    );
    for (const path of [...NAMES.map((name) => `outputs/${name}/download/`), 'download/', 'archive/'])
      expect((await this.images.get(`${id}/${path}`)).status, path).toBe(409);
  }

  /** A job that is completed shows all its results. */
  async seesAll(id: string): Promise<ImageDto> {
    const job = await this.images.show(id);
    expect(job).toMatchObject({ status: 'completed', error: null, result: job.outputs[0]?.result });
    expect(job.outputs.map(({ name, result, error }) => [name, result !== null, error])).toEqual(
      NAMES.map((name) => [name, true, null]),
    );
    return job;
  }

  /** And each that is downloaded is what it says. */
  private async hasAll(id: string): Promise<ImageDto> {
    const job = await this.seesAll(id);
    for (const { name, result } of job.outputs) {
      const response = await this.images.get(`${id}/outputs/${name}/download/`);
      const bytes = Buffer.from(await response.arrayBuffer());
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      expect([response.status, bytes.length, sha256]).toEqual([200, result?.bytes, result?.sha256]);
    }
    return job;
  }

  /** All its jobs are completed with all their results, and each is counted once. */
  async isServed(ids: readonly string[]): Promise<void> {
    const jobs: ImageDto[] = [];
    for (const id of ids) jobs.push(await this.hasAll(id));
    const results = jobs.flatMap(({ outputs }) => outputs.map(({ result }) => result));
    const sum = (figures: readonly (number | undefined)[]) => figures.reduce<number>((all, one) => all + (one ?? 0), 0);
    const { body } = await this.client.get<UsageReportDto>('/api/usage/');
    expect(body.total).toEqual({
      images: jobs.length,
      outputs: jobs.length * NAMES.length,
      failed: 0,
      source_bytes: sum(jobs.map(({ source }) => source.bytes)),
      source_pixels: sum(jobs.map(({ source }) => source.width * source.height)),
      result_bytes: sum(results.map((result) => result?.bytes)),
      processing_ms: sum(results.map((result) => result?.processing_ms)),
    });
  }
}
