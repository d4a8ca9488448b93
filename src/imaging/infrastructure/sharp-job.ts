import type { TransformationRequest, TransformedImage, WantedPicture } from '../application/ports.ts';

/** What a child that transforms is sent. */
export type TransformationOrder = Omit<TransformationRequest, 'deadlineSeconds'>;

/** The work on one picture of it. */
export interface TransformationJob extends Omit<TransformationOrder, 'pictures'>, WantedPicture {}

/** What came of one picture, and the plan in one line. */
export interface TransformationResult extends Omit<TransformedImage, 'format'> {
  readonly plan: string;
}

/** What a child answers for each picture, in their order. */
export type TransformationAnswer =
  | { readonly result: TransformationResult }
  | { readonly refusal: { readonly code: string | undefined; readonly message: string } };

/** Why it refuses, by the codes of `workProblems`. The first two refuse the source, and with it all pictures. */
export type TransformationRefusal =
  | 'image_truncated'
  | 'image_corrupt'
  | 'out_of_memory'
  | 'cannot_be_so_small'
  | 'cannot_be_done'
  | 'processing_failed';
