import type { ImageDto } from './image.dto.ts';

const ID = '3f8a2c1e-7b4d-4e9a-9c65-1d2e3f4a5b6c';
const URL = `https://images.example.com/api/images/${ID}/`;

const operations = [
  { operation_type: 'resize', parameters: { width: 1200, height: 900, fit: 'inside' } },
  { operation_type: 'convert', parameters: { format: 'webp' } },
] satisfies ImageDto['operations'];

const output = { name: 'default', operations, result: null, warnings: [], error: null, download_url: null };

const pending: ImageDto = {
  id: ID,
  status: 'pending',
  image_format: 'jpg',
  operations,
  detail_url: URL,
  download_url: null,
  download_expires_at: null,
  estimated_ready_at: '2026-11-23T10:00:03.000Z',
  seconds_remaining: 3,
  queue_position: 2,
  created_at: '2026-11-23T10:00:00.000Z',
  started_at: null,
  completed_at: null,
  source: { name: 'holiday.jpg', format: 'jpg', width: 4000, height: 3000, bytes: 3412334 },
  result: null,
  warnings: [],
  error: null,
  outputs: [output],
};

const processing: ImageDto = {
  ...pending,
  status: 'processing',
  estimated_ready_at: '2026-11-23T10:00:02.500Z',
  seconds_remaining: 1,
  queue_position: null,
  started_at: '2026-11-23T10:00:01.800Z',
};

const final = { estimated_ready_at: null, seconds_remaining: null, completed_at: '2026-11-23T10:00:02.100Z' };

const result = {
  format: 'webp',
  width: 1200,
  height: 900,
  quality: 85,
  bytes: 143210,
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  processing_ms: 96,
} as const;

const completed: ImageDto = {
  ...processing,
  ...final,
  status: 'completed',
  download_url: `${URL}download/`,
  download_expires_at: '2026-11-23T11:00:02.100Z',
  result,
  outputs: [{ ...output, result, download_url: `${URL}outputs/default/download/` }],
};

const error = { code: 'image_truncated', detail: 'The file ends before its picture does.' };

const failed: ImageDto = {
  ...processing,
  ...final,
  status: 'failed',
  error,
  outputs: [{ ...output, error }],
};

const expired: ImageDto = { ...completed, status: 'expired', download_url: null, outputs: [{ ...output, result }] };

/** A resource in each state, as an answer shows it. */
export const IMAGE_EXAMPLES = {
  pending: { summary: 'It waits', value: pending },
  processing: { summary: 'A worker has it', value: processing },
  completed: { summary: 'The result can be downloaded', value: completed },
  failed: { summary: 'It has no result', value: failed },
  expired: { summary: 'The download window is over', value: expired },
};
