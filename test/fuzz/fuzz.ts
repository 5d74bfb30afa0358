// Payloads from a seed, and what becomes of them. Run number and seed give a payload back, byte by byte.
import { allFixtures } from '../fixtures/alerts/alert-fixtures.ts';
import { mutateJson } from './mutate-json.ts';
import { mutateText } from './mutate-text.ts';
import { createRandom } from './random.ts';

interface Payload {
  /** The fixture that it was made of, such as `manual/add.json`. */
  readonly name: string;
  readonly body: string;
}

const fixtures = allFixtures();

/** The payload of one run: a fixture after one to four mutations, those inside its JSON before those of its text. */
export function payloadOfRun(seed: number, run: number): Payload {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(run + 1, 0x85ebca6b));
  const { name, body } = fixtures[random.integer(fixtures.length)] ?? { name: 'none', body: '' };
  const mutations = 1 + random.integer(4);
  // A text that is no JSON any more ends at the first door, so most payloads stay JSON.
  const structural = random.chance(0.7) ? mutations : random.integer(mutations);
  let mutated = body;
  for (let i = 0; i < mutations; i++)
    // Never the structure after the text: the text may be nested too deeply to be taken apart by then.
    mutated =
      (i < structural && name.endsWith('.json') ? mutateJson(mutated, random) : undefined) ??
      mutateText(mutated, random);
  return { name, body: mutated };
}
