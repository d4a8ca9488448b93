import type { BatchDto } from './batch.dto.ts';

const ID = '6c1f0f5e-2f0b-4a57-8f0e-0d6a4b8f9c21';
const BASE = 'https://images.example.com/api';
const URL = `${BASE}/batches/${ID}/`;

const imageUrl = (id: string) => `${BASE}/images/${id}/`;
const holiday = { name: 'holiday.jpg', detail_url: imageUrl('0b9d6f0a-5a6e-4f0d-9d3b-6f1a2b3c4d5e'), error: null };
const beach = { name: 'beach.png', detail_url: imageUrl('3f8a2c1e-7b4d-4e9a-9c65-1d2e3f4a5b6c'), error: null };
const dance = {
  name: 'dance.gif',
  detail_url: null,
  status: 'refused' as const,
  error: {
    code: 'unsupported_format',
    detail: 'Expected the bytes of a JPEG, PNG or WebP for images, received a GIF picture',
  },
};

const processing: BatchDto = {
  id: ID,
  status: 'processing',
  total: 3,
  pending: 1,
  processing: 1,
  completed: 0,
  failed: 0,
  refused: 1,
  created_at: '2026-11-28T10:00:00.000Z',
  completed_at: null,
  detail_url: URL,
  archive_url: null,
  images: [{ ...holiday, status: 'processing' }, dance, { ...beach, status: 'pending' }],
};

const completed: BatchDto = {
  ...processing,
  status: 'completed',
  pending: 0,
  processing: 0,
  completed: 2,
  completed_at: '2026-11-28T10:00:01.400Z',
  archive_url: `${URL}archive/`,
  images: [{ ...holiday, status: 'completed' }, dance, { ...beach, status: 'completed' }],
};

/** A resource in each state, as an answer shows it. */
export const BATCH_EXAMPLES = {
  processing: { summary: 'Some jobs are not final', value: processing },
  completed: { summary: 'All jobs are final', value: completed },
};
