// Node's own modules, as a bundle takes them. An ESM import of one reads all its exports, and some of these are getters
// that load what nobody asked for: undici behind node:http, process.stdin and the report behind node:process, the parser
// of arguments behind node:util. Taken by process.getBuiltinModule, only what is named here is read.

/**
 * The names that the bundled packages import, of the functions and of what the benchmark compares them with; the bundler
 * refuses one that is missing here. It takes what is below a module's name for a part of it, so that is listed as well.
 */
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
  'node:fs': ['ReadStream', 'createReadStream', 'fstatSync', 'lstatSync'],
  'node:fs/promises': ['readFile'],
  'node:https': ['Agent', 'request'],
  'node:net': ['isIP'],
  'node:os': ['homedir', 'platform', 'release'],
  'node:path': ['join', 'sep'],
  'node:process': ['env', 'versions'],
  'node:stream': ['Duplex', 'PassThrough', 'Readable', 'Writable'],
  'node:stream/consumers': ['text'],
  'node:timers': ['setTimeout'],
  'node:timers/promises': ['setTimeout'],
  'node:tls': ['checkServerIdentity'],
  'node:url': ['urlToHttpOptions'],
  'node:zlib': ['createGzip', 'gunzipSync', 'gzip'],
  'node:util': ['inspect', 'isDeepStrictEqual', 'promisify', 'types'],
};

/** Modules of their own, as text: the bundler puts each in the place of an import of its name. */
export const builtins: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(imported).map(([module, names]) => {
    const text = `const it=process.getBuiltinModule('${module}');export default it;export const{${names.join(',')}}=it;`;
    return [module, `data:text/javascript,${encodeURIComponent(text)}`];
  }),
);
