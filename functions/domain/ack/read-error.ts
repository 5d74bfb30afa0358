import { shorten } from './classify-response.ts';

/** A read without a usable answer. Holds no secret. */
export class AckReadError extends Error {
  override readonly name = 'AckReadError';
  /** Of the API, of the transport, or NotSent, UnreadableAnswer, IncompleteListing. */
  readonly code: string;
  /** Of HTTP; undefined when there was no answer. */
  readonly status: number | undefined;

  constructor(message: string, code: string, status?: number) {
    super(shorten(message));
    this.code = shorten(code);
    this.status = status;
  }
}
