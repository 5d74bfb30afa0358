// Node's modules in a bundle. An ESM import reads all exports, and some are getters that load much: undici in node:http,
// process.stdin in node:process. With process.getBuiltinModule only the names below are read.

/** The names that what is bundled imports. The bundler refuses an import that is missing here. */
export const imported: Readonly<Record<string, readonly string[]>> = {
  'node:buffer': ['Buffer', 'isUtf8'],
  'node:crypto': [
    'createHash',
    'createHmac',
    'getRandomValues',
    'hash',
    'randomBytes',
    'randomInt',
    'randomUUID',
    'timingSafeEqual',
  ],
  'node:diagnostics_channel': [],
  'node:dns': ['ADDRCONFIG', 'ALL', 'V4MAPPED', 'getDefaultResultOrder', 'lookup', 'promises'],
  'node:events': ['EventEmitter', 'addAbortListener', 'errorMonitor'],
  'node:fs': ['ReadStream', 'createReadStream', 'fstatSync', 'lstatSync', 'readFileSync'],
  'node:fs/promises': ['readFile'],
  'node:https': ['Agent', 'request'],
  'node:module': ['SourceMap'],
  'node:net': ['connect', 'isIP'],
  'node:os': ['homedir', 'platform', 'release'],
  'node:path': ['join', 'sep'],
  'node:process': ['env', 'versions'],
  'node:stream': ['Duplex', 'PassThrough', 'Readable', 'Writable'],
  'node:stream/consumers': ['text'],
  'node:timers': ['setTimeout'],
  'node:timers/promises': ['setTimeout'],
  'node:tls': ['checkServerIdentity', 'connect'],
  'node:url': ['urlToHttpOptions'],
  'node:zlib': ['createGzip', 'gunzipSync', 'gzip'],
  'node:util': ['inspect', 'isDeepStrictEqual', 'promisify', 'types'],
};

/** Replacements for imports of these modules. */
export const builtins: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(imported).map(([module, names]) => {
    const text = `const it=process.getBuiltinModule('${module}');export default it;export const{${names.join(',')}}=it;`;
    return [module, `data:text/javascript,${encodeURIComponent(text)}`];
  }),
);
