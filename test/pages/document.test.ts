import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { renderDocument } from '../../functions/pages/document.ts';
import { html } from '../../functions/pages/html.ts';
import { icon } from '../../functions/pages/icons.ts';

test('escapes every text, in elements, attributes and lists', () => {
  const text = `"><b>'&`;
  const escaped = '&quot;&gt;&lt;b&gt;&#39;&amp;';
  expect(html`<i title="${text}">${text}${[text, html`<u>${text}</u>`]}</i>`.toString()).toBe(
    `<i title="${escaped}">${escaped}${escaped}<u>${escaped}</u></i>`,
  );
});

test('lets the browser run its own script only, and reach nothing', () => {
  const script = 'document.title="<read>"';
  const page = renderDocument({ title: 'A page', style: '', body: html`<p>text</p>`, script });
  const hash = createHash('sha256').update(script).digest('base64');
  expect(page).toContain(`<script>${script}</script>`);
  const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  expect(policy.replaceAll('&#39;', "'")).toBe(
    `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
  );
});

test('has the drawings of the icons that occur, once', () => {
  const page = renderDocument({ title: '', style: '', body: html`${icon('ready')}${icon('ready')}` });
  expect(page.match(/<symbol id="[^"]*"/g)).toEqual(['<symbol id="icon-ready"']);
});
