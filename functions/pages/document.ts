// One page, from <!doctype> to </html>, with nothing to load.
import { createHash } from 'node:crypto';
import { baseStyle } from './base-style.ts';
import { type Html, html, trusted } from './html.ts';
import { spriteOf } from './icons.ts';

export interface Document {
  readonly title: string;
  /** Besides the base style. It is not escaped. */
  readonly style: string;
  readonly body: Html;
  /** For convenience only: the page reads without it. It is not escaped. */
  readonly script?: string;
}

/**
 * The policy lets the browser run this script only, and load nothing. So text that got through unescaped could neither run nor send
 * anything.
 */
function contentSecurityPolicy(script: string | undefined): string {
  return [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    'img-src data:',
    ...(script === undefined ? [] : [`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

export function renderDocument({ title, style, body, script }: Document): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(script)}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="icon" href="data:,"><title>${title}</title><style>${trusted(baseStyle + style)}</style></head>
<body>${spriteOf(body)}${body}${script !== undefined && html`<script>${trusted(script)}</script>`}</body></html>
`.toString();
}
