import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { config as shipped } from '../../functions/config.ts';
import { type Bundle, bundleFunction } from '../../infra/bundle/bundle.ts';
import { defaultProvider } from '../../infra/bundle/environment-credentials.ts';
import { functionNames } from '../../infra/bundle/function-names.ts';
import { keylessFile } from '../../infra/bundle/separate-keyless.ts';
import { cleanUp, copyWithConfig } from '../end-to-end/engine-process.ts';
import { nobody } from '../support/loopback-server.ts';
import { aPolicy } from '../support/samples.ts';
import { taskRootOf } from '../support/task-root.ts';

const scratch = mkdtempSync(join(tmpdir(), 'bundle-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const copy = copyWithConfig('export const config = {};\n');
afterAll(cleanUp);

const bundles = functionNames.map((name) => ({ name, bundle: bundleFunction(name, join(scratch, name)) }));
const clustersOf = (...names: readonly string[]) => ({
  clusters: Object.fromEntries(names.map((name, i) => [name, aPolicy({ id: `C${i}`.padEnd(33, '0'), alarms: [] })])),
});

const filesOf = ({ directory }: Pick<Bundle, 'directory'>) =>
  Object.fromEntries(readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), 'utf8')]));

/** In the HTTP client's default headers, and nowhere else. */
const httpClientMark = 'https://github.com/sindresorhus/got';

const sourceMapSchema = z.object({ sources: z.array(z.string()) });
const reportSchema = z.object({ handler: z.string(), loaded: z.array(z.string()), undici: z.boolean() });

const environment = {
  LAMBDA_TASK_ROOT: taskRootOf(clustersOf('edge')),
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
  QUEUE_URL: 'https://sqs.example/alerts',
  QUEUE_ARN: 'arn:aws:sqs:eu-central-1:123456789012:alerts',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.example/dead-letters',
  TABLE_NAME: 'ledger',
  NOTES_TABLE_NAME: 'notes',
  ACK_SECRET_ID: 'ack',
  LOGIN_SECRET_ID: 'login',
  WEBHOOK_SECRET_ID: 'webhook',
  EVENT_TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:scale-out-events',
  STACK_NAME: 'EdgeScaleOut',
};

/** Loads a bundle as Lambda does, in a process of its own, and tells what that took. */
function load({ file }: Bundle, more: Readonly<Record<string, string>> = {}): z.infer<typeof reportSchema> {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)});
    const undici = process.moduleLoadList.some((module) => module.includes('undici'));
    console.log(JSON.stringify({ handler: typeof handler, loaded, undici }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: { ...environment, ...more },
  });
  expect(stderr).toBe('');
  return reportSchema.parse(JSON.parse(stdout));
}

/** Sends one request with a bundle's HTTP client, as a purchase does, and tells what of Node that has loaded. */
function post(chunk: string): { readonly answer: string; readonly heavy: readonly string[] } {
  // The server is Node's own, taken in the way in which nothing comes along.
  const script = `
    const { createServer } = process.getBuiltinModule('node:http');
    const { default: got } = await import(${JSON.stringify(pathToFileURL(chunk).href)});
    const server = createServer((request, response) => request.pipe(response)).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const options = { body: 'two nodes', retry: { limit: 0 }, decompress: false };
    const { body: answer } = await got.post('http://127.0.0.1:' + server.address().port, options);
    server.close();
    const heavy = process.moduleLoadList.filter((module) => /undici|http2|webstreams|parse_args/.test(module));
    console.log(JSON.stringify({ answer, heavy }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return z.object({ answer: z.string(), heavy: z.array(z.string()) }).parse(JSON.parse(stdout));
}

describe.each(bundles)('the bundle of $name', ({ name, bundle }) => {
  const files = filesOf(bundle);
  const talksToAck = name === 'scale-out' || name === 'reconcile';

  test('is the same bytes whenever and wherever it is made', () => {
    const directory = join(scratch, 'elsewhere', name);
    const args = [join(copy, 'infra/bundle/bundle-function.ts'), name, directory];
    expect(spawnSync(process.execPath, args, { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    expect(filesOf({ directory })).toEqual(files);
  });

  test('names the lines of the sources in an error, when it is for a debugger', () => {
    const { file } = bundleFunction(name, join(scratch, 'for-debugger', name), true);
    const script = `
      const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)});
      await Promise.resolve(handler(null)).catch(({ stack }) => console.log(stack));`;
    const args = ['--enable-source-maps', '--input-type=module', '--eval', script];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: environment });
    expect(`${stdout}${stderr}`).toMatch(new RegExp(`functions/${name}/[a-z-]+\\.ts:\\d+`));
  });

  test('tells nothing of the machine that made it', () => {
    const text = Object.values(files).join('\n');
    for (const path of [resolve(import.meta.dirname, '../..'), scratch]) expect(text).not.toContain(path);
    const { sources } = sourceMapSchema.parse(JSON.parse(files['index.mjs.map'] ?? ''));
    expect(sources).toContain(`functions/${name}/handler.ts`);
    expect(sources.filter((source) => !/^(functions|infra|node_modules|dataurl:)/.test(source))).toEqual([]);
  });

  test('is ES modules with their source maps, and as large as it says', () => {
    expect(bundle.file).toBe(join(bundle.directory, 'index.mjs'));
    const modules = Object.keys(files).filter((file) => file.endsWith('.mjs'));
    expect(Object.keys(files).toSorted()).toEqual(modules.flatMap((file) => [file, `${file}.map`]).toSorted());
    const usual = modules.filter((file) => file !== keylessFile);
    expect(bundle.bytes).toBe(usual.reduce((sum, file) => sum + Buffer.byteLength(files[file] ?? ''), 0));
  });

  test('loads as Lambda loads it, the queue function with what a purchase needs, the others without', () => {
    const { handler, loaded, undici } = load(bundle);
    expect(handler).toBe('function');
    expect(undici).toBe(false);
    const texts = loaded.filter((url) => url.startsWith('file:')).map((url) => readFileSync(new URL(url), 'utf8'));
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.filter((text) => text.includes(httpClientMark))).toHaveLength(name === 'scale-out' ? 1 : 0);
    expect(loaded.filter((url) => url.endsWith(keylessFile))).toEqual([]);
    expect(Object.values(files).filter((text) => text.includes(httpClientMark))).toHaveLength(talksToAck ? 1 : 0);
  });

  test('has none of the ways to credentials that Lambda does not offer', () => {
    const { [keylessFile]: keyless = '', ...usual } = files;
    expect(Object.values(usual).join('\n')).not.toMatch(/AssumeRoleWithWebIdentity|sso_session/);
    // The client of STS knows which of its calls are not signed.
    expect(keyless).not.toMatch(/AssumeRoleWithWebIdentity(?!":)|sso_session/);
  });

  test('has the exchange for credentials in a file of its own, where its function calls ACK, and loads it in use only', () => {
    const has = (mark: string) =>
      Object.keys(files).filter((file) => file.endsWith('.mjs') && files[file]?.includes(mark));
    expect(has('AssumeRoleWithOIDC')).toEqual(talksToAck ? [keylessFile] : []);
    expect(has('GetWebIdentityToken')).toEqual(talksToAck ? [keylessFile] : []);
    if (!talksToAck) return;
    const { loaded } = load(bundle, {
      ALIBABA_ROLE_ARN: 'acs:ram::1234567890123456:role/edge-buyer',
      ALIBABA_OIDC_PROVIDER_ARN: 'acs:ram::1234567890123456:oidc-provider/aws',
      AWS_ENDPOINT_URL_STS: nobody,
    });
    expect(loaded.filter((url) => url.endsWith(keylessFile))).toHaveLength(name === 'scale-out' ? 1 : 0);
  });

  test('has nothing that is meant for a browser', () => {
    expect(Object.values(files).join('\n')).not.toContain('Samsung Internet');
  });
});

test.each(['scale-out', 'announce'])('an error in the log of %s names lines of the sources', (name) => {
  const script = `
    const { handler } = await import(${JSON.stringify(pathToFileURL(join(scratch, name, 'index.mjs')).href)});
    const context = { awsRequestId: 'one', getRemainingTimeInMillis: () => 60_000 };
    await handler({ Records: [{}] }, context).catch(() => undefined);`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: environment,
  });
  const { error } = z.object({ error: z.object({ stack: z.string() }) }).parse(JSON.parse(stderr));
  expect(error.stack).toMatch(new RegExp(`\\(functions/${name}/[a-z-]+\\.ts:\\d+:\\d+\\)`));
  expect(error.stack).not.toContain('.mjs');
});

test.each(['scale-out', 'reconcile'])(
  'the bundle of %s sends a request without what its HTTP client never uses',
  (name) => {
    const { bundle } = bundles.find((one) => one.name === name) ?? {};
    if (!bundle) throw new Error(`no bundle of ${name}`);
    const [chunk = ''] = Object.entries(filesOf(bundle)).flatMap(([file, text]) =>
      text.includes(httpClientMark) ? [join(bundle.directory, file)] : [],
    );
    expect(post(chunk)).toEqual({ answer: 'two nodes', heavy: [] });
  },
);

test('the bundle of scale-out is at most 445 KiB, without what is loaded for keyless only', () => {
  const { bytes } = bundles.find(({ name }) => name === 'scale-out')?.bundle ?? {};
  expect(bytes).toBeLessThanOrEqual(445 * 1024);
});

// A sender waits for the cold start of the one; the other starts cold for nearly every purchase.
test.each(['receive-alert', 'announce'])('the bundle of %s is small, as its cold start grows with it', (small) => {
  const { bytes } = bundles.find(({ name }) => name === small)?.bundle ?? {};
  expect(bytes).toBeLessThanOrEqual(250 * 1024);
});

test('who announces has nothing to buy with, and who buys has nothing to announce with', () => {
  const has = (mark: RegExp) =>
    bundles.filter(({ bundle }) => mark.test(Object.values(filesOf(bundle)).join('\n'))).map(({ name }) => name);
  expect(has(/x-acs-signature-nonce/)).toEqual(['scale-out', 'reconcile']);
  expect(has(/EVENT_TOPIC_ARN/)).toEqual(['announce']);
});

describe('the config of a bundle', () => {
  const bundleOf = (name: string) => bundles.find((one) => one.name === name)?.bundle.file ?? '';
  /** Loads a bundle as Lambda does. @returns what it ends with, or the first line of its error */
  const start = (name: string, LAMBDA_TASK_ROOT: string) => {
    const script = `
      await import(${JSON.stringify(pathToFileURL(bundleOf(name)).href)}).catch(({ message }) => {
        console.log(message);
        process.exit(1);
      });`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
      env: { ...environment, LAMBDA_TASK_ROOT },
    });
    return { stdout: stdout.trimEnd(), status };
  };

  const roots = [clustersOf('edge'), clustersOf('first', 'second')].map(taskRootOf);

  test.each(['scale-out', 'reconcile', 'receive-alert'])('is a file: one bundle of %s starts with any', (name) => {
    for (const root of roots) expect(start(name, root)).toEqual({ stdout: '', status: 0 });
  });

  test.each(['scale-out', 'reconcile', 'receive-alert'])(
    'stops %s at its start where it is missing or another one',
    (name) => {
      const directory = join(scratch, `without-${name}`);
      mkdirSync(directory);
      const why = `the config of the function cannot be used; ${join(directory, 'config.json')}: `;
      expect(start(name, directory)).toEqual({ stdout: expect.stringContaining(`${why}ENOENT`), status: 1 });
      for (const [text, problem] of [
        ['{"schema":1,', 'it holds no JSON object'],
        ['{"schema":7,"config":{}}', 'its schema is 7, and this version reads 1'],
      ] as const) {
        writeFileSync(join(directory, 'config.json'), text);
        expect(start(name, directory)).toEqual({ stdout: `${why}${problem}`, status: 1 });
      }
    },
  );

  test('is none of the one that only announces', () => {
    expect(start('announce', join(scratch, 'nowhere'))).toEqual({ stdout: '', status: 0 });
  });

  test('is in no bundle: not even the config of this repository', () => {
    const [cluster = ''] = Object.keys(shipped.clusters);
    const { id = '' } = shipped.clusters[cluster] ?? {};
    for (const { bundle } of bundles) expect(Object.values(filesOf(bundle)).join('\n')).not.toContain(id);
  });
});

describe('the credentials of a bundle', () => {
  const before = { ...process.env };
  const read = (env: NodeJS.ProcessEnv) => {
    process.env = env;
    return defaultProvider()().finally(() => {
      process.env = before;
    });
  };

  test('are those that Lambda sets', async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' };
    const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' };
    await expect(read({ ...keys, AWS_SESSION_TOKEN: 'token' })).resolves.toEqual({
      ...credentials,
      sessionToken: 'token',
    });
    await expect(read(keys)).resolves.toEqual(credentials);
  });

  test('are asked for by name where they are missing', async () => {
    await expect(read({ AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE' })).rejects.toThrow(/AWS_SECRET_ACCESS_KEY/);
  });
});
