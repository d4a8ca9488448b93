import type { OpenAPIObject } from '@nestjs/swagger';

/** What the server answers to a step of the guide: its status line and headers, and the body. */
export interface Answer {
  readonly status: string;
  readonly language: 'json' | 'http';
  readonly text: string;
}

/** The steps whose answers the guide shows. */
type AnsweredStep = 'register' | 'login' | 'upload' | 'wait' | 'download' | 'plan' | 'usage';

/** An image as the document's examples show it, as far as the guide reads it. */
interface ShownImage {
  readonly result: { readonly bytes: number; readonly sha256: string };
}

/**
 * The answers to the examples, by step; the server at `address` gives the same but for ids, tokens and times. Those with an
 * image are the examples of the OpenAPI document.
 */
export function guideAnswers(address: string, document: OpenAPIObject): Readonly<Record<AnsweredStep, Answer>> {
  const { pending, completed } = imagesIn(document, address);
  const { bytes, sha256 } = completed.result;
  const figures = {
    images: 1,
    outputs: 1,
    failed: 0,
    source_bytes: 3412334,
    result_bytes: bytes,
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
Content-Length: ${bytes}
Content-Disposition: attachment; filename="photo.webp"
ETag: "${sha256}"
Cache-Control: private, max-age=3600
Accept-Ranges: bytes
Repr-Digest: sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    },
  };
}

/** The examples of an upload's answer, as if they were of a `photo.jpg` that was sent to the server at `address`. */
function imagesIn(document: OpenAPIObject, address: string): Record<'pending' | 'completed', ShownImage> {
  const created = document.paths['/api/images/']?.post?.responses['201'];
  if (!created || '$ref' in created) throw new Error('The document shows no answer to an upload');
  const examples = JSON.stringify(created.content?.['application/json']?.examples)
    .replaceAll('https://images.example.com', address)
    .replaceAll('holiday.jpg', 'photo.jpg');
  const { pending, completed } = JSON.parse(examples) as Record<'pending' | 'completed', { value: ShownImage }>;
  return { pending: pending.value, completed: completed.value };
}

function json(status: string, body: object): Answer {
  return { status, language: 'json', text: JSON.stringify(body, null, 2) };
}
