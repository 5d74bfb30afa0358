// Numbers as people read them.

export const decimals =
  (digits: number) =>
  (value: number): string =>
    Number.isFinite(value) ? value.toFixed(digits) : '-';

/** As in `1.5 ×`. */
export const ratio = (value: number): string => (Number.isFinite(value) ? `${decimals(2)(value)} ×` : '-');

export const percent = (share: number): string => `${decimals(0)(100 * share)} %`;

export const kib = (bytes: number): string => decimals(0)(bytes / 1024);

export const mib = (bytes: number): string => decimals(1)(bytes / 1024 / 1024);
