// Mutations that know nothing of a payload's structure: bytes, cuts, repetitions, and the texts of numbers and dates.
import type { Random } from './random.ts';

type Texts = readonly [string, ...string[]];

const characters: Texts = [
  ' ',
  ...'{ } [ ] " : , \\ 0 9 - + . e E a z A Z _ $ % & = / * é 界 😀'.split(' '),
  ...['\t', '\n', '\r', '\0', '\u007f', '\u2028', '\ufeff', '\ud800', '\udfff', '\\ud800', '\\u0000'],
];
const oddNumbers: Texts = [
  '9'.repeat(400),
  ...'0 -0 1 -1 0.1 1e999 -1e999 1e-999 1e308 -1e308 NaN Infinity null 0x10 4.9E-324 9007199254740993'.split(' '),
  ...'1001 2.5 "2" 00 +1 1. .5 1,5 １'.split(' '),
];
const oddDates: Texts = [
  '02/03/26 08:14:00',
  ...'0001-01-01T00:00:00Z 1970-01-01T00:00:00Z 9999-12-31T23:59:59.999-2359 2026-02-30T00:00:00Z'.split(' '),
  ...'2026-03-02T24:00:00Z 2026-03-02T08:15:60Z 2026-03-02T08:15:42 2026-03-02 +275760-09-13T00:00:00Z'.split(' '),
  ...'2026-03-02T08:15:42.123456789+0530 2026-03-02t08:15:42z now - 1772439342'.split(' '),
];

type Mutation = (text: string, random: Random) => string;

const at = (text: string, random: Random): number => random.integer(text.length + 1);

/** Replaces one of the places where `pattern` matches. */
function replaceOne(text: string, pattern: RegExp, by: string, random: Random): string {
  const places = [...text.matchAll(pattern)];
  const place = places[random.integer(places.length)];
  return place ? text.slice(0, place.index) + by + text.slice(place.index + place[0].length) : text;
}

const mutations: readonly [Mutation, ...Mutation[]] = [
  function insertCharacter(text, random) {
    const place = at(text, random);
    return text.slice(0, place) + random.pick(characters) + text.slice(place);
  },
  function replaceCharacter(text, random) {
    const place = at(text, random);
    return text.slice(0, place) + random.pick(characters) + text.slice(place + 1);
  },
  function deleteRange(text, random) {
    const place = at(text, random);
    return text.slice(0, place) + text.slice(place + 1 + random.integer(random.chance(0.2) ? 400 : 8));
  },
  function truncate(text, random) {
    return text.slice(0, at(text, random));
  },
  function repeatRange(text, random) {
    const place = at(text, random);
    const range = text.slice(place, place + 1 + random.integer(40));
    // Now and then up to the size limit and past it: that is where slow patterns show.
    const most = random.chance(0.3) ? 1_600_000 : 200_000;
    const times = random.chance(0.15) ? Math.ceil(random.integer(most) / range.length) : random.integer(30);
    return text.slice(0, place) + range.repeat(Number.isFinite(times) ? times : 0) + text.slice(place);
  },
  function duplicateAll(text) {
    return text + text;
  },
  function replaceNumber(text, random) {
    return replaceOne(text, /-?\d+(?:\.\d+)?/g, random.pick(oddNumbers), random);
  },
  function replaceDate(text, random) {
    return replaceOne(text, /\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?/g, random.pick(oddDates), random);
  },
  function nest(text, random) {
    const levels = 1 + random.integer(random.chance(0.1) ? 50_000 : 80);
    return random.chance(0.5) ? '['.repeat(levels) + text + ']'.repeat(levels) : `${'{"a":'.repeat(levels)}${text}`;
  },
];

export function mutateText(text: string, random: Random): string {
  return random.pick(mutations)(text, random);
}
