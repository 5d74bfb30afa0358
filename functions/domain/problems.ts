// What people read when something is wrong, without the secrets: zod's issues as one line per wrong field (where it is,
// what was given, what is allowed), and texts of others with known secrets taken out.
// zod/mini has no texts of its own, so a schema says in `error` what it allows ("use 1 to 9").
import type * as z from 'zod/mini';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What zod/mini puts into an issue whose schema has no `error`. */
const noText = 'Invalid input';
/** A longer value is cut: a line stays readable in a terminal and in a log. */
const longestValue = 60;

/**
 * Lists what is wrong with `input`, one line per field, such as `worker_period: 11 is not allowed; use 1 to 9 or 12`.
 *
 * @param issues what zod found when it parsed `input`
 * @param options.secret names of fields, at any depth, whose values are never shown
 */
export function listProblems(
  issues: readonly Issue[],
  input: unknown,
  options: { readonly secret?: readonly string[] } = {},
): string[] {
  const secret = new Set<PropertyKey>(options.secret);
  const lines = issues.flatMap((issue) => describe(issue, [], input, secret));
  return [...new Set(lines)];
}

/**
 * Makes what replaces every occurrence of `secrets` by `[secret]`, however an echoing server may have spelt their
 * characters: as they are, escaped for JSON, percent-encoded or as HTML entities. JSON stays JSON.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const redactors = secrets.filter((secret) => secret !== '').map(redactorOf);
  return (text) => redactors.reduce((shown, redact) => redact(shown), text);
}

/** The pattern of all spellings takes milliseconds to compile, and most texts have nothing that any spelling begins with. */
function redactorOf(secret: string): (text: string) => string {
  const asItIs = new RegExp(RegExp.escape(secret), 'gi');
  let spelt: RegExp | undefined;
  return (text) => {
    if (!/[\\%&]/.test(text)) return text.replace(asItIs, '[secret]');
    spelt ??= new RegExp(secret.replace(/[\s\S]/g, spellings), 'gi');
    return text.replace(spelt, '[secret]');
  };
}

/** A pattern for one character. The backslashes are bounded to keep the search linear. */
function spellings(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).padStart(4, '0');
  return [
    `(?:\\\\{0,4}\\u${hex}`, // as it is, or behind backslashes
    `\\\\{1,4}u${hex}`,
    `%(?:25)?${hex.slice(2)}`,
    `&(?:#0*${code}|#x0*${hex.replace(/^0+/, '')}|amp|lt|gt|quot|apos);)`,
  ].join('|');
}

/** @param parent where the issue's own path starts: issues inside a union count from the union. */
function describe(issue: Issue, parent: Path, input: unknown, secret: ReadonlySet<PropertyKey>): string[] {
  const path = [...parent, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${place([...path, key])}: not known; remove it or correct its name`);
  if (issue.code === 'invalid_key')
    return [`${place(path)}: the name is not allowed; ${alternatives(issue.issues, ' and ')}`];
  if (issue.code === 'invalid_union' && issue.message === noText) {
    const nearest = nearestBranch(issue.errors);
    if (nearest) return nearest.flatMap((inner) => describe(inner, path, input, secret));
  }
  return [`${place(path)}: ${given(path, input, secret)}; ${allowed(issue)}`];
}

/** The branch that the author meant: one whose own type fits, with the fewest mistakes in it. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches
    .filter((issues) => issues.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'))
    .toSorted((a, b) => a.length - b.length)[0];
}

function allowed(issue: Issue): string {
  if (issue.message !== noText) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `use a value of type ${issue.expected}`;
    case 'invalid_value':
      return `use ${issue.values.map(show).join(' or ')}`;
    case 'too_small':
      return `use at least ${issue.minimum}`;
    case 'too_big':
      return `use at most ${issue.maximum}`;
    case 'invalid_union':
      return 'options' in issue
        ? `use ${issue.options?.map(show).join(' or ')}`
        : alternatives(issue.errors.flat(), ' or ');
    default:
      return 'use another value';
  }
}

function alternatives(issues: readonly Issue[], conjunction: string): string {
  return [...new Set(issues.map(allowed))].join(conjunction) || 'use another value';
}

function given(path: Path, input: unknown, secret: ReadonlySet<PropertyKey>): string {
  const value = path.reduce<unknown>(member, input);
  if (value === undefined) return 'missing';
  return path.some((key) => secret.has(key)) ? 'the value is not allowed' : `${show(value)} is not allowed`;
}

function member(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Objects and lists are named, not shown: a secret may be anywhere inside. */
function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

function place(path: Path): string {
  return path.reduce<string>(extend, '') || 'the whole value';
}

function extend(before: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${before}[${key}]`;
  const name = String(key);
  if (!/^[\w-]+$/.test(name)) return `${before}[${JSON.stringify(name)}]`;
  return before === '' ? name : `${before}.${name}`;
}

/** For what was thrown, and for promises whose failure is a case like others: `await read().catch(toError)`. */
export const toError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
