// Mutations of a JSON value: one node of it, chosen evenly, is changed, and everything around it stays well formed.
// JSON inside texts (SNS Message, reasonData) is entered, too.
import type { Random } from './random.ts';

type Change = (node: unknown, random: Random) => unknown;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** fromEntries makes own properties, of `__proto__` as well. */
const rebuilt = (entries: readonly (readonly [string, unknown])[]): unknown => Object.fromEntries(entries);

const oddTexts = [
  '',
  ' ',
  ...'null __proto__ constructor toString ALARM OK ALERT firing resolved manual schedule Notification 4 1'.split(' '),
  'edge-beijing',
  '\ud800',
  '😀'.repeat(200),
  'a'.repeat(2000),
  '/'.repeat(300),
  '1'.repeat(3000),
  '1.'.repeat(1500),
  '['.repeat(2000),
  '[1 (02/03/26 08:14:00), '.repeat(90),
  '{"a":'.repeat(200),
  'was greater than the '.repeat(50),
  '$Average>=',
  `$${'A'.repeat(900)}>=95`,
  '{a=1, '.repeat(80),
  'x,'.repeat(2000),
];
const oddValues: readonly unknown[] = [
  ...[null, true, false, 0, -0, 1, -1, 1.5, 1e308, -1e308, Number.MAX_SAFE_INTEGER + 2, 4, 1001, [], {}, [[]], [{}]],
  ...oddTexts,
];
/** Objects on which a careless conversion, or a check by a method's name, throws. */
const hostile: readonly unknown[] = [
  { toString: 1, valueOf: 1, toJSON: 1 },
  { length: 9, map: null },
  [{ toString: 1 }],
];
const oddKeys = [
  '__proto__',
  'toString',
  'actionsSuppressedBy',
  'muteDetail',
  'truncatedAlerts',
  'constructor',
  'kind',
  'version',
  'alerts',
  'alertState',
  'NewStateValue',
  'detail-type',
  '',
];

const changes: readonly [Change, ...Change[]] = [
  function replaceValue(_, random) {
    return oddValues[random.integer(oddValues.length)];
  },
  function replaceByHostile(_, random) {
    return hostile[random.integer(hostile.length)];
  },
  function wrap(node, random) {
    let value = node;
    for (let level = random.integer(random.chance(0.1) ? 90 : 3); level >= 0; level--)
      value = random.chance(0.5) ? [value] : { value };
    return value;
  },
  function dropOne(node, random) {
    if (Array.isArray(node)) return node.toSpliced(random.integer(node.length), 1);
    return isObject(node) ? rebuilt(Object.entries(node).toSpliced(random.integer(Object.keys(node).length), 1)) : null;
  },
  function repeatOne(node, random) {
    const list: readonly unknown[] = Array.isArray(node) ? node : [node];
    // A large group now and then, but little more than the size limit.
    const fitting = Math.ceil(1_200_000 / (JSON.stringify(list).length + 1));
    const times = Math.min(fitting, random.chance(0.02) ? 700 : 1 + random.integer(4));
    return Array.from({ length: times }, () => list[random.integer(list.length)]);
  },
  function addKey(node, random) {
    const key = oddKeys[random.integer(oddKeys.length)] ?? '';
    const value = oddValues[random.integer(oddValues.length)];
    return isObject(node) ? rebuilt([...Object.entries(node), [key, value]]) : node;
  },
  function swapValues(node, random) {
    if (!isObject(node)) return node;
    const entries = Object.entries(node);
    const values = Object.values(node);
    return rebuilt(
      entries.map(([key, value]) => [key, random.chance(0.5) ? values[random.integer(values.length)] : value]),
    );
  },
  function asText(node) {
    return typeof node === 'string' ? Number(node) : JSON.stringify(node);
  },
];

/** Changes one node of a JSON text; undefined for what is no JSON. */
export function mutateJson(text: string, random: Random): string | undefined {
  const value = readJson(text);
  if (value === undefined) return undefined;
  const change = random.pick(changes);
  return JSON.stringify(changeNode(value, random.integer(countNodes(value)), (node) => change(node, random)).value);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is below a node: its members, or the JSON that a text holds. */
function inner(node: unknown): unknown {
  return typeof node === 'string' && node.startsWith('{') ? readJson(node) : undefined;
}

function countNodes(node: unknown): number {
  const held = inner(node);
  const below = held === undefined ? (typeof node === 'object' && node !== null ? Object.values(node) : []) : [held];
  return below.reduce((sum: number, member) => sum + countNodes(member), 1);
}

/** Rebuilds the value with its n-th node changed, and says how many nodes are still to skip. */
function changeNode(node: unknown, skip: number, change: (node: unknown) => unknown): { value: unknown; left: number } {
  if (skip < 0) return { value: node, left: skip };
  if (skip === 0) return { value: change(node), left: -1 };
  const held = inner(node);
  if (held !== undefined) {
    const { value, left } = changeNode(held, skip - 1, change);
    return { value: left < 0 ? JSON.stringify(value) : node, left };
  }
  if (typeof node !== 'object' || node === null) return { value: node, left: skip - 1 };
  let left = skip - 1;
  const entries = Object.entries(node).map(([key, member]): [string, unknown] => {
    const changed = changeNode(member, left, change);
    left = changed.left;
    return [key, changed.value];
  });
  return { value: Array.isArray(node) ? entries.map(([, member]) => member) : rebuilt(entries), left };
}
