import { describe, expect, test } from '@jest/globals';
import { createKept } from '../../functions/adapters/kept.ts';

/** Values last for 100 and are renewed from 60 on; what is under way is waited for until it has taken 10. */
function open() {
  let time = 1000;
  const readings: PromiseWithResolvers<number>[] = [];
  const kept = createKept({
    read: () => {
      const reading = Promise.withResolvers<number>();
      readings.push(reading);
      return reading.promise;
    },
    until: (madeAt) => madeAt + 100,
    renewFrom: (madeAt) => madeAt + 60,
    pendingMs: 10,
    now: () => time,
  });
  return {
    kept,
    readings: () => readings.length,
    /** Ends a reading, by default with the time of now. */
    answer: async (nth: number, outcome: number | Error = time) => {
      const reading = readings[nth];
      if (outcome instanceof Error) reading?.reject(outcome);
      else reading?.resolve(outcome);
      await reading?.promise.catch(() => undefined);
    },
    pass: (ms: number) => {
      time += ms;
    },
    async first() {
      const got = kept.get();
      await this.answer(0);
      return got;
    },
  };
}

describe('a value that is renewed', () => {
  test('is used while the next one is read, once', async () => {
    const world = open();
    expect(await world.first()).toBe(1000);
    world.pass(59);
    expect(await world.kept.get()).toBe(1000);
    expect(world.readings()).toBe(1);
    world.pass(1);
    expect([await world.kept.get(), await world.kept.get()]).toEqual([1000, 1000]);
    expect(world.readings()).toBe(2);
    await world.answer(1);
    expect(await world.kept.get()).toBe(1060);
    expect(world.readings()).toBe(2);
  });

  test('is used when the reading of the next one fails, and that is tried again', async () => {
    const world = open();
    await world.first();
    world.pass(60);
    await world.kept.get();
    await world.answer(1, new Error('down'));
    expect(await world.kept.get()).toBe(1000);
    expect(world.readings()).toBe(3);
  });

  test('is over at its end: then the next one is awaited, and read anew where it has taken too long', async () => {
    const world = open();
    await world.first();
    world.pass(95);
    await world.kept.get();
    world.pass(5);
    const awaited = world.kept.get();
    expect(world.readings()).toBe(2);
    await world.answer(1);
    expect(await awaited).toBe(1100);

    world.pass(85);
    await world.kept.get();
    world.pass(15);
    const anew = world.kept.get();
    expect(world.readings()).toBe(4);
    await world.answer(3);
    expect(await anew).toBe(1200);
    // What the process was frozen over comes late, and replaces nothing.
    await world.answer(2, 7);
    expect(await world.kept.get()).toBe(1200);
  });

  test('is not replaced by one that was read before it was forgotten', async () => {
    const world = open();
    await world.first();
    world.pass(60);
    await world.kept.get();
    world.kept.forget();
    await world.answer(1, 7);
    const anew = world.kept.get();
    await world.answer(2);
    expect(await anew).toBe(1060);
    expect(await world.kept.get()).toBe(1060);
  });
});
