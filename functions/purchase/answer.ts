import type { DeferralReason } from '../domain/job/decision.ts';

/** What becomes of the message for one job. */
export type Answer =
  | {
      readonly kind: 'done';
      readonly outcome: 'accepted' | 'rejected' | 'skipped' | 'replayed' | 'in-doubt';
      readonly why: string;
      /** It was said within the hour. */
      readonly quiet?: true;
    }
  | { readonly kind: 'defer'; readonly until: number; readonly reason: DeferralReason; readonly why: string }
  | { readonly kind: 'retry'; readonly why: string }
  | { readonly kind: 'conflict'; readonly why: string }
  /** Another process moved the cluster on: read it again and start over. */
  | { readonly kind: 'again' };
