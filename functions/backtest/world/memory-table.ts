// DynamoDB in memory, for the simulation: the very commands and expressions that ledger and notes send, evaluated on a Map.
// Its subset is checked against dynalite by the same contract tests (test/contracts/ledger-contract.ts).
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';

type Item = Record<string, unknown>;
type Path = readonly string[];
interface Scope {
  readonly item: Item;
  readonly values: Item;
  readonly names: Record<string, string>;
}
type Test = (scope: Scope) => boolean;
type Operand = (scope: Scope) => unknown;
type Change = (target: Item, scope: Scope) => void;

/** Items by their keys (itemKey), never changed in place. */
type Items = ReadonlyMap<string, Item>;

/** The partition key alone in a table that has no other. */
export const itemKey = ({ pk, sk }: Item = {}): string =>
  sk === undefined ? String(pk) : `${String(pk)} ${sk as string}`;

export interface TableContents {
  readonly items: Items;
  /** What each item was before its last write. */
  readonly previous: ReadonlyMap<string, Item | undefined>;
}

export interface MemoryTable {
  readonly client: DynamoDBDocumentClient;
  readonly items: Items;
  /** Carries a command out at once; the client does the same as a promise. */
  execute(command: unknown): unknown;
  /** As they are now: what is written later does not show in them. */
  contents(): TableContents;
}

export function createMemoryTable(contents?: TableContents): MemoryTable {
  // Items are never changed in place, so a read may hand them out as they are.
  const items = new Map(contents?.items);
  const previous = new Map(contents?.previous);
  const keep = (key: string, item: Item): void => {
    previous.set(key, items.get(key));
    items.set(key, item);
  };
  // DynamoDB may answer any other read from a copy that has not seen the last write: here it always does.
  const itemFor = (key: Item | undefined, consistent = false): Item | undefined =>
    (consistent ? items : previous).get(itemKey(key));
  const execute = (command: unknown): unknown => {
    if (command instanceof GetCommand) return { Item: itemFor(command.input.Key, command.input.ConsistentRead) };
    if (command instanceof BatchGetCommand) {
      const [[table, { Keys = [], ConsistentRead }] = ['', {}]] = Object.entries(command.input.RequestItems ?? {});
      // As DynamoDB refuses them.
      if (Keys.length === 0 || Keys.length > 100 || new Set(Keys.map(itemKey)).size < Keys.length)
        throw new Error(`${Keys.length} keys with duplicates, none or more than 100 cannot be read in one batch`);
      return { Responses: { [table]: Keys.flatMap((key) => itemFor(key, ConsistentRead) ?? []) } };
    }
    if (command instanceof QueryCommand)
      return query(command, [...(command.input.ConsistentRead ? items : previous).values()]);
    if (command instanceof PutCommand) {
      const {
        Item: item = {},
        ConditionExpression,
        ExpressionAttributeNames: names = {},
        ExpressionAttributeValues: values = {},
      } = command.input;
      const key = itemKey(item);
      check(ConditionExpression, { item: items.get(key) ?? {}, values, names });
      keep(key, copyOf(item));
      return {};
    }
    if (command instanceof UpdateCommand) {
      const {
        Key,
        UpdateExpression = '',
        ConditionExpression,
        ExpressionAttributeNames: names = {},
        ExpressionAttributeValues: values = {},
      } = command.input;
      const key = itemKey(Key);
      const item = items.get(key) ?? {};
      check(ConditionExpression, { item, values, names });
      const next: Item = { ...item, ...Key };
      // As in DynamoDB, every operand is read from the item as it was before the update.
      for (const change of updateOf(UpdateExpression)) change(next, { item, values, names });
      keep(key, next);
      return {};
    }
    if (command instanceof DeleteCommand) {
      const key = itemKey(command.input.Key);
      previous.set(key, items.get(key));
      items.delete(key);
      return {};
    }
    throw new Error(`the memory table does not know ${String(command)}`);
  };
  const client = { send: async (command: unknown) => execute(command) };
  return {
    client: client as unknown as DynamoDBDocumentClient,
    items,
    execute,
    contents: () => ({ items: new Map(items), previous: new Map(previous) }),
  };
}

/** One page of the table itself, in the order of its keys. */
function query({ input }: QueryCommand, items: readonly (Item | undefined)[]): { readonly Items: readonly Item[] } {
  const { IndexName, FilterExpression, KeyConditionExpression = '' } = input;
  if (IndexName ?? FilterExpression) throw new Error('the memory table has no index and no filter');
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = input;
  const matches = testOf(KeyConditionExpression);
  const found = items.filter((item) => item !== undefined && matches({ item, values, names })) as readonly Item[];
  return { Items: found.toSorted((a, b) => (itemKey(a) < itemKey(b) ? -1 : 1)) };
}

function check(expression: string | undefined, scope: Scope): void {
  if (expression && !testOf(expression)(scope))
    throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
}

/** As it is stored: nobody else has it in his hands, and what is undefined is left out. @throws Error for odd numbers */
function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (typeof value === 'number') checkNumber(value);
  if (!isMap(value)) return value;
  const copy: Item = {};
  for (const [name, inner] of Object.entries(value)) if (inner !== undefined) copy[name] = copyOf(inner);
  return copy as T;
}

/** As the client refuses it (@aws-sdk/util-dynamodb, marshall), and DynamoDB itself what is too close to zero. */
function checkNumber(value: number): void {
  const size = Math.abs(value);
  if (size <= Number.MAX_SAFE_INTEGER && (size === 0 || size >= 1e-130)) return;
  throw new Error(`${value} cannot be stored as a number`);
}

// ---- expressions, parsed once each
const tests = new Map<string, Test>();
const updates = new Map<string, readonly Change[]>();

function testOf(expression: string): Test {
  const known = tests.get(expression);
  if (known) return known;
  const tokens = createTokens(expression);
  const test = parseOr(tokens);
  tokens.end();
  tests.set(expression, test);
  return test;
}

function updateOf(expression: string): readonly Change[] {
  const known = updates.get(expression);
  if (known) return known;
  const tokens = createTokens(expression);
  const changes: Change[] = [];
  while (!tokens.done()) {
    const clause = tokens.take();
    const parse = clause === 'SET' ? parseSet : clause === 'REMOVE' ? parseRemove : undefined;
    if (!parse) throw new Error(`unknown clause ${clause} in ${expression}`);
    do changes.push(parse(tokens));
    while (tokens.accept(','));
  }
  updates.set(expression, changes);
  return changes;
}

interface Tokens {
  peek(): string | undefined;
  take(): string;
  accept(token: string): boolean;
  expect(token: string): void;
  done(): boolean;
  end(): void;
}

function createTokens(expression: string): Tokens {
  const list = expression.match(/[:#]?[A-Za-z_][A-Za-z0-9_]*|<=|>=|<>|[=<>()+,.-]/g) ?? [];
  let at = 0;
  const tokens: Tokens = {
    peek: () => list[at],
    take: () => list[at++] ?? '',
    accept: (token) => list[at] === token && ++at > 0,
    expect(token) {
      if (!tokens.accept(token)) throw new Error(`expected ${token}, found ${list[at]} in ${expression}`);
    },
    done: () => at >= list.length,
    end() {
      if (!tokens.done()) throw new Error(`unexpected ${list[at]} in ${expression}`);
    },
  };
  return tokens;
}

function parseOr(tokens: Tokens): Test {
  let left = parseAnd(tokens);
  while (tokens.accept('OR')) {
    const [a, b] = [left, parseAnd(tokens)];
    left = (scope) => a(scope) || b(scope);
  }
  return left;
}

function parseAnd(tokens: Tokens): Test {
  let left = parseTest(tokens);
  while (tokens.accept('AND')) {
    const [a, b] = [left, parseTest(tokens)];
    left = (scope) => a(scope) && b(scope);
  }
  return left;
}

function parseTest(tokens: Tokens): Test {
  if (tokens.accept('(')) {
    const inner = parseOr(tokens);
    tokens.expect(')');
    return inner;
  }
  if (tokens.peek() === 'attribute_not_exists' || tokens.peek() === 'attribute_exists') {
    const wanted = tokens.take() === 'attribute_exists';
    tokens.expect('(');
    const path = parsePath(tokens);
    tokens.expect(')');
    return (scope) => (read(path, scope) !== undefined) === wanted;
  }
  const left = parseOperand(tokens);
  const operator = tokens.take();
  const right = parseOperand(tokens);
  const holds = comparisons[operator];
  if (!holds) throw new Error(`unknown comparison ${operator}`);
  // A missing attribute makes every comparison false.
  return (scope) => {
    const [a, b] = [left(scope), right(scope)];
    return a !== undefined && b !== undefined && holds(a, b);
  };
}

const comparisons: Record<string, (a: unknown, b: unknown) => boolean> = {
  '=': (a, b) => a === b,
  '<': (a, b) => isBefore(a, b),
  '<=': (a, b) => a === b || isBefore(a, b),
  '>': (a, b) => isBefore(b, a),
  '>=': (a, b) => a === b || isBefore(b, a),
};

/** Numbers and texts have an order, each among themselves. */
function isBefore(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  return typeof a === 'string' && typeof b === 'string' && a < b;
}

function parseOperand(tokens: Tokens): Operand {
  const token = tokens.peek() ?? '';
  if (token.startsWith(':')) {
    tokens.take();
    return ({ values }) => {
      if (!(token in values)) throw new Error(`value ${token} is not defined`);
      return values[token];
    };
  }
  if (token === 'if_not_exists') {
    tokens.take();
    tokens.expect('(');
    const path = parsePath(tokens);
    tokens.expect(',');
    const other = parseOperand(tokens);
    tokens.expect(')');
    return (scope) => read(path, scope) ?? other(scope);
  }
  const path = parsePath(tokens);
  return (scope) => read(path, scope);
}

function parsePath(tokens: Tokens): Path {
  const path = [tokens.take()];
  while (tokens.accept('.')) path.push(tokens.take());
  return path;
}

function parseSet(tokens: Tokens): Change {
  const path = parsePath(tokens);
  tokens.expect('=');
  const left = parseOperand(tokens);
  const sign = tokens.accept('+') ? 1 : tokens.accept('-') ? -1 : 0;
  if (sign === 0) return (target, scope) => write(target, path, scope, copyOf(left(scope)));
  const right = parseOperand(tokens);
  // DynamoDB counts in decimals, where 0.1 and 0.2 are 0.3.
  return (target, scope) =>
    write(target, path, scope, Number((amount(left(scope)) + sign * amount(right(scope))).toFixed(10)));
}

function parseRemove(tokens: Tokens): Change {
  const path = parsePath(tokens);
  return (target, scope) => write(target, path, scope, undefined);
}

function amount(value: unknown): number {
  if (typeof value !== 'number') throw new Error(`an operand of + or - is ${typeof value}, not a number`);
  return value;
}

const named = (part: string, names: Record<string, string>): string => {
  if (!part.startsWith('#')) return part;
  const name = names[part];
  if (name === undefined) throw new Error(`name ${part} is not defined`);
  return name;
};

const isMap = (value: unknown): value is Item => typeof value === 'object' && value !== null && !Array.isArray(value);

function read(path: Path, { item, names }: Scope): unknown {
  let value: unknown = item;
  for (const part of path) {
    if (!isMap(value)) return undefined;
    const name = named(part, names);
    value = Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

function write(target: Item, path: Path, { names }: Scope, value: unknown): void {
  let parent = target;
  for (const part of path.slice(0, -1)) {
    const name = named(part, names);
    const inner = Object.hasOwn(parent, name) ? parent[name] : undefined;
    if (!isMap(inner)) throw new Error(`the document path ${path.join('.')} is invalid for update`);
    // What is changed is copied first: the item as it was before may be in somebody's hands.
    const next = { ...inner };
    parent[name] = next;
    parent = next;
  }
  const last = named(path.at(-1) ?? '', names);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
}
