import { shorten } from './classify-response.ts';

/** A read without a usable answer. Holds no secret. */
export class AckReadError extends Error {
  override readonly name = 'AckReadError';
  /** Of the API or the transport, or NotSent, UnreadableAnswer, IncompleteListing. */
  readonly code: string;
  /** HTTP status; undefined without an answer. */
  readonly status: number | undefined;

  constructor(message: string, code: string, status?: number) {
    super(shorten(message));
    this.code = shorten(code);
    this.status = status;
  }
}
