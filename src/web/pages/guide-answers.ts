/** What the server answers to a step of the guide: its status line and headers, and the body. */
export interface Answer {
  readonly status: string;
  readonly language: 'json' | 'http';
  readonly text: string;
}

/** The steps whose answers the guide shows. */
type AnsweredStep = 'register' | 'login' | 'upload' | 'wait' | 'download' | 'plan' | 'usage';

const ID = '3f0c7a52-6a0e-4b0b-9d0f-1b6f6a8f5c11';

/** The answers to the examples, by step; the server at `address` gives the same but for ids, tokens and times. */
export function guideAnswers(address: string): Readonly<Record<AnsweredStep, Answer>> {
  const url = `${address}/api/images/${ID}/`;
  const operations = [
    { operation_type: 'resize', parameters: { width: 1200, height: 900, fit: 'inside' } },
    { operation_type: 'convert', parameters: { format: 'webp' } },
  ];
  const output = { name: 'default', operations, result: null, warnings: [], error: null, download_url: null };
  const pending = {
    id: ID,
    status: 'pending',
    image_format: 'jpg',
    operations,
    detail_url: url,
    download_url: null,
    download_expires_at: null,
    estimated_ready_at: '2026-11-25T09:30:01.000Z',
    seconds_remaining: 1,
    queue_position: 1,
    created_at: '2026-11-25T09:30:00.000Z',
    started_at: null,
    completed_at: null,
    source: { name: 'photo.jpg', format: 'jpg', width: 4000, height: 3000, bytes: 3412334 },
    result: null,
    warnings: [],
    error: null,
    outputs: [output] as object[],
  };
  const result = {
    format: 'webp',
    width: 1200,
    height: 900,
    quality: 85,
    bytes: 143210,
    sha256: 'f0e4c2f76c58916ec258f246851bea091d14d4247a2fc3e18694461b1816e13b',
    processing_ms: 96,
  };
  const completed = {
    ...pending,
    status: 'completed',
    download_url: `${url}download/`,
    download_expires_at: '2026-11-25T10:30:01.000Z',
    estimated_ready_at: null,
    seconds_remaining: null,
    queue_position: null,
    started_at: '2026-11-25T09:30:00.200Z',
    completed_at: '2026-11-25T09:30:00.600Z',
    result,
    outputs: [{ ...output, result, download_url: `${url}outputs/default/download/` }],
  };
  const figures = {
    images: 1,
    outputs: 1,
    failed: 0,
    source_bytes: 3412334,
    result_bytes: 143210,
    source_pixels: 12000000,
    processing_ms: 96,
  };
  const thumb = { operation_type: 'resize', parameters: { width: 200, height: 200, fit: 'cover' } };
  const web = [
    { operation_type: 'scale', parameters: { width: 1200, enlarge: false } },
    { operation_type: 'convert', parameters: { format: 'webp' } },
  ];
  const small = { width: 1200, height: 900 };
  return {
    plan: json('200 OK', {
      outputs: [
        {
          name: 'thumb',
          operations: [thumb],
          sizes: [{ width: 200, height: 200 }],
          ...{ format: 'jpg', frames: 1, warnings: [] },
        },
        { name: 'web', operations: web, sizes: [small, small], format: 'webp', frames: 1, warnings: [] },
      ],
      estimated_seconds: 1,
    }),
    usage: json('200 OK', {
      results: [
        { operation: 'convert', ...figures },
        { operation: 'resize', ...figures },
      ],
      total: figures,
    }),
    register: json('201 Created', {
      message: 'The account has been created',
      data: {
        id: '9b2d7c1e-0c5a-4f5e-8f6e-5b1f0c9d2a77',
        username: 'ada',
        email: 'ada@example.com',
        created_at: '2026-11-25T09:29:00.000Z',
      },
    }),
    login: json('200 OK', { access: 'eyJhbGciOi…', refresh: 'eyJhbGciOi…', token_type: 'Bearer', expires_in: 600 }),
    upload: json('201 Created', pending),
    wait: json('200 OK', completed),
    download: {
      status: '200 OK',
      language: 'http',
      text: `HTTP/1.1 200 OK
Content-Type: image/webp
Content-Length: 143210
Content-Disposition: attachment; filename="photo.webp"
ETag: "f0e4c2f76c58916ec258f246851bea091d14d4247a2fc3e18694461b1816e13b"
Cache-Control: private, max-age=3600
Accept-Ranges: bytes
Repr-Digest: sha-256=:8OTC92xYkW7CWPJGhRvqCR0U1CR6L8PhhpRGGxgW4Ts=:`,
    },
  };
}

function json(status: string, body: object): Answer {
  return { status, language: 'json', text: JSON.stringify(body, null, 2) };
}
