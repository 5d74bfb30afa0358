const hex = (value: number, digits: number) => Math.floor(value).toString(16).padStart(digits, '0');

export type Identifiers = ReturnType<typeof createIdentifiers>;

/** Makes identifiers that look like the service's and, but for request ids, are unique whatever `random` returns. */
export function createIdentifiers(random: () => number) {
  // As in the real ids, which are MongoDB's: seconds, five bytes of the machine, a counter.
  const machine = hex(random() * 2 ** 40, 10);
  let counter = 0;
  const next = () => {
    counter += 1;
    return machine + hex(counter, 6);
  };
  return {
    taskId: (at: number) => `T-${hex(at / 1000, 8)}${next()}`,
    instanceId: () => `i-${next()}`,
    /** An upper-case UUID, version 4. */
    requestId() {
      const a = hex(random() * 2 ** 32, 8);
      const b = hex(random() * 2 ** 28, 7);
      const c = hex(random() * 2 ** 28, 7);
      const d = hex(random() * 2 ** 32, 8);
      return `${a}-${b.slice(0, 4)}-4${b.slice(4)}-a${c.slice(0, 3)}-${c.slice(3)}${d}`.toUpperCase();
    },
  };
}
