// The documents of the project, as a test reads them.
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '../..');

export interface Document {
  /** From the top of the project. */
  readonly path: string;
  readonly text: string;
}

interface Block {
  readonly language: string;
  readonly text: string;
}

/** All Markdown files. */
export const documents: readonly Document[] = globSync(['*.md', '.github/**/*.md', '{functions,infra,test}/**/*.md'], {
  cwd: project,
})
  .toSorted()
  .map((path) => ({ path, text: readFileSync(join(project, path), 'utf8') }));

export function documentAt(path: string): Document {
  const found = documents.find((one) => one.path === path);
  if (!found) throw new Error(`there is no ${path}`);
  return found;
}

/** The fenced blocks of a document, or of one of its sections. */
export function blocksIn({ text }: Document, heading?: string): readonly Block[] {
  return [...sectionOf(text, heading).matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)].map(
    ([, indent = '', language = '', body = '']) => ({
      language,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

function sectionOf(text: string, heading: string | undefined): string {
  if (heading === undefined) return text;
  const [, level = ''] = new RegExp(`^(#+) ${heading}$`, 'm').exec(text) ?? [];
  const after = text.split(`${level} ${heading}\n`)[1] ?? '';
  return after.split(new RegExp(`^#{1,${level.length}} `, 'm'))[0] ?? '';
}

/** Commands, one a line: continued lines are joined, comments and prompts are left out. */
export function commandsIn(document: Document): readonly string[] {
  return (
    blocksIn(document)
      .filter(({ language }) => language === '')
      .flatMap(({ text }) => text.replaceAll(/\\\n\s*/g, '').split('\n'))
      .map((line) => line.trim().replace(/\s+#.*$/, ''))
      // A picture has such words as well.
      .filter((line) => /^(npx|npm|curl|aws|node_modules)/.test(line) && !line.includes('──'))
  );
}

/** The words of a command up to a pipe, a redirection or another command, as a shell makes them. */
export function wordsOf(command: string): readonly string[] {
  const words = [...command.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
  const end = words.findIndex((word) => /^(\||<|>|&&|;)$/.test(word));
  return end === -1 ? words : words.slice(0, end);
}

/** As GitHub makes an anchor of a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-');

/** The anchors of all headings; those in fenced blocks are none. */
export const anchorsIn = (text: string): readonly string[] =>
  [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
