// A share of a processor for one process, by the control groups of Linux: it may run so long in each period, as in Lambda.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const periodUs = 20_000;

/** @returns what ends it, once the process has ended. @throws where the machine does not allow it */
export function limitCpu(pid: number, share: number): () => void {
  const group = join(ownGroup(), `bench-${pid}`);
  const quotaUs = Math.round(periodUs * share);
  mkdirSync(group);
  const write = (file: string, value: string | number) => writeFileSync(join(group, file), `${value}`);
  if (existsSync(join(group, 'cpu.cfs_quota_us'))) {
    write('cpu.cfs_period_us', periodUs);
    write('cpu.cfs_quota_us', quotaUs);
  } else write('cpu.max', `${quotaUs} ${periodUs}`);
  write('cgroup.procs', pid);
  return () => rmdirSync(group);
}

/** Whether the machine lets this process limit others. */
export function canLimitCpu(): boolean {
  try {
    const group = join(ownGroup(), `bench-try-${process.pid}`);
    mkdirSync(group);
    const can = existsSync(join(group, 'cpu.cfs_quota_us')) || existsSync(join(group, 'cpu.max'));
    rmdirSync(group);
    return can;
  } catch {
    return false;
  }
}

/** The directory of the group that this process is in, of the first or the second version of control groups. */
function ownGroup(): string {
  const groups = readFileSync('/proc/self/cgroup', 'utf8');
  const old = /^\d+:(?:[^:]+,)?cpu(?:,[^:]+)?:(.*)$/m.exec(groups)?.[1];
  if (old !== undefined) return join('/sys/fs/cgroup/cpu', old);
  return join('/sys/fs/cgroup', /^0::(.*)$/m.exec(groups)?.[1] ?? '');
}
