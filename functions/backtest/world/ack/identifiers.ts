const hex = (value: number, digits: number) => Math.floor(value).toString(16).padStart(digits, '0');

export type Identifiers = ReturnType<typeof createIdentifiers>;

/** Identifiers in the service's format. All but request ids are unique for any `random`. */
export function createIdentifiers(random: () => number) {
  // As MongoDB's ids: seconds, five bytes of the machine, a counter.
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
