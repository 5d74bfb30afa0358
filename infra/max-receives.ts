/**
 * How often SQS hands out a message that keeps failing, deployed and on the local engine: by the waits of
 * functions/scale-out/process-batch.ts for more than half an hour. What fails longer is no passing fault and goes to the
 * dead letters.
 */
export const maxReceives = 8;
