// The commented example config with answers in it. Its comments stand in functions/config.ts alone.

/** What `init` asks for. */
export interface Answers {
  /** Name of the cluster: lower-case letters, digits and dashes. */
  readonly cluster: string;
  /** Of the ACK cluster. */
  readonly id: string;
  readonly region: string;
  /** The ENS site. */
  readonly site: string;
  readonly type: string;
  readonly image: string;
  readonly maxNodes: number;
  /** What one node costs for one month. */
  readonly price: number;
  readonly currency: string;
}

const exampleName = 'edge-beijing';

/** Each occurs once in the example. */
const places: Readonly<Record<Exclude<keyof Answers, 'cluster'>, RegExp>> = {
  id: /(?<=\bid: ')C[0-9a-f]{32}(?=')/g,
  region: /(?<=\bregion: ')[^']*(?=')/g,
  site: /(?<=ens_region_id: ')[^']*(?=')/g,
  type: /(?<=worker_instance_type: ')[^']*(?=')/g,
  image: /(?<=worker_image_id: ')[^']*(?=')/g,
  maxNodes: /(?<=maxNodes: )\d+(?=,)/g,
  price: /(?<=perNodeMonth: )\d+(?=,)/g,
  currency: /(?<=currency: ')[^']*(?=')/g,
};

/** @returns undefined where the text is not the example as it is shipped, so that nothing of a person's own is overwritten */
export function fillExample(text: string, answers: Answers): string | undefined {
  if (!text.includes(`'${exampleName}': {`)) return undefined;
  let filled = text;
  for (const [name, place] of Object.entries(places)) {
    if ([...filled.matchAll(place)].length !== 1) return undefined;
    filled = filled.replace(place, String(answers[name as keyof typeof places]));
  }
  return filled.replaceAll(exampleName, answers.cluster);
}
