/** infra/RUNBOOK.md, "The commands", describes them. Scripts rely on them: none changes its meaning. */
export const exitCodes = {
  done: 0,
  failed: 1,
  wrongUsage: 2,
  lessThanAsked: 3,
  timedOut: 4,
  unreachable: 5,
} as const;
