// Error messages without secrets: zod's issues as one line per wrong field (place, value, what is allowed), and texts of
// others with known secrets replaced. A schema says in `error` what it allows ("use 1 to 9"): zod/mini has no texts.
import type * as z from 'zod/mini';

/** The error of a name whose addresses all refuse has an empty message: its parts, or its cause, say what happened. */
export function errorMessage(error: unknown): string {
  if (!Error.isError(error)) return String(error);
  const parts: unknown = Reflect.get(error, 'errors');
  if (error.message !== '') return error.message;
  if (Array.isArray(parts) && parts.length > 0) return parts.map(errorMessage).join(', ');
  return error.cause === undefined ? error.name : errorMessage(error.cause);
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** zod/mini's message where a schema has no `error`. */
const noText = 'Invalid input';
const longestValue = 60;

/**
 * One line per wrong field, such as `worker_period: 11 is not allowed; use 1 to 9 or 12`.
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

/** Replaces every occurrence of the secrets by `[secret]`: plain, JSON-escaped, percent-encoded or as HTML entities. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const redactors = secrets.filter((secret) => secret !== '').map(redactorOf);
  return (text) => redactors.reduce((shown, redact) => redact(shown), text);
}

/** The pattern of all spellings takes milliseconds to compile, and most texts do not need it. */
function redactorOf(secret: string): (text: string) => string {
  const asItIs = new RegExp(RegExp.escape(secret), 'gi');
  let spelt: RegExp | undefined;
  return (text) => {
    if (!/[\\%&]/.test(text)) return text.replace(asItIs, '[secret]');
    spelt ??= new RegExp(secret.replace(/[\s\S]/g, spellings), 'gi');
    return text.replace(spelt, '[secret]');
  };
}

/** Backslashes are bounded to keep the search linear. */
function spellings(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).padStart(4, '0');
  return [
    `(?:\\\\{0,4}\\u${hex}`, // plain, or after backslashes
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

/** The branch of the fitting type with the fewest issues. */
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

/** Objects and lists are not shown: they may hold a secret. */
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
