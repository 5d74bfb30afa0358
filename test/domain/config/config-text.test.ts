import { expect, test } from '@jest/globals';
import { config as shipped } from '../../../functions/config.ts';
import { configText, readConfigText } from '../../../functions/domain/config/config-text.ts';
import { checkedConfig, readConfig } from '../../../functions/domain/config/schema.ts';

const config = checkedConfig(shipped);

test('a config is read as it was written, and passes its check again', () => {
  const read = readConfigText(configText(config));
  expect(read).toEqual(config);
  expect(readConfig(read)).toEqual({ config });
});

test('the same config gives the same text', () => {
  expect(configText(checkedConfig(structuredClone(shipped)))).toBe(configText(config));
});

const { schema: _, ...withoutSchema } = JSON.parse(configText(config));

test.each([
  ['nothing', '', 'it holds no JSON object'],
  ['half a text', configText(config).slice(0, 40), 'it holds no JSON object'],
  ['a list', '[]', 'it holds no JSON object'],
  ['a config without its schema', JSON.stringify(withoutSchema), 'its schema is undefined, and this version reads 1'],
  ['another schema', JSON.stringify({ schema: 2, config }), 'its schema is 2, and this version reads 1'],
  ['a schema in quotes', JSON.stringify({ schema: '1', config }), 'its schema is "1", and this version reads 1'],
  ['no config', JSON.stringify({ schema: 1 }), 'it holds no config with clusters, labels and stack'],
  [
    'a config without its defaults',
    JSON.stringify({ schema: 1, config: { clusters: config.clusters } }),
    'it holds no config with clusters, labels and stack',
  ],
])('refuses %s', (_what, text, why) => {
  expect(() => readConfigText(text)).toThrow(why);
});
