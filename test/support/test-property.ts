import { test } from '@jest/globals';
import fc from 'fast-check';

type Arbitraries<Ts> = { [K in keyof Ts]: fc.Arbitrary<Ts[K]> };

/** A test of what holds for all values `of` these arbitraries: `check` throws, or answers false, for those that break it. */
export function testProperty<Ts extends [unknown, ...unknown[]]>(
  name: string,
  { of, ...parameters }: fc.Parameters<Ts> & { readonly of: Arbitraries<Ts> },
  check: (...values: Ts) => unknown,
): void {
  test(name, () => {
    fc.assert(
      fc.property<Ts>(...of, (...values) => check(...values) !== false),
      parameters,
    );
  });
}
