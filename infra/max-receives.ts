/**
 * How often SQS hands out a message that keeps failing, deployed and on the local engine. At one visibility timeout each,
 * the last time comes after the fence of a purchase in doubt: whatever fails longer than that is no passing fault and goes
 * to the dead letters.
 */
export const maxReceives = 8;
