// HTML as values. What is put into the template is escaped, unless a template made it.
import { raw, html as template } from 'hono/html';

/** Markup that goes into a page as it is. */
export type Html = ReturnType<typeof raw>;

export type Child = string | number | boolean | null | undefined | readonly Child[];

/** Text is escaped, lists are joined; `false`, `true`, `null` and `undefined` leave nothing. */
export function html(strings: TemplateStringsArray, ...children: readonly Child[]): Html {
  const made = template(strings, ...children);
  if (made instanceof Promise) throw new Error('a part of the page is asynchronous');
  return made;
}

/** Markup that is ours to the last character: no text of an alert, a file or a config is in it. */
export const trusted = (markup: string): Html => raw(markup);
