// What a person is told of a job.
export interface Moment {
  /** Epoch milliseconds; absent for what is so now, or belongs to the moment before. */
  readonly at?: number;
  readonly says: string;
}

export interface Tale {
  readonly headline: string;
  readonly moments: readonly Moment[];
  readonly next?: NextStep;
}

/** What a person can do about it. */
export interface NextStep {
  readonly says: string;
  /** Lacks the options that lead to where the job is: only who prints it knows where that is. */
  readonly command?: string;
}
