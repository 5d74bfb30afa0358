// Replaces node:http in the bundle: an ESM import of the real one loads undici. The bundler refuses an import that is missing
// here.
const http = process.getBuiltinModule('node:http');

export const { Agent, STATUS_CODES, ServerResponse, request, validateHeaderName, validateHeaderValue } = http;

// biome-ignore lint/style/noDefaultExport: the module it stands for has one, and got imports it.
export default http;
