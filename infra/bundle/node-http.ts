// Stands in the bundle for node:http. An ESM import of the real one reads all its exports, and one of them is a getter
// that loads undici; taken this way, undici stays on disk. The names below are those that the bundled packages import;
// the bundler refuses one that is missing here.
const http = process.getBuiltinModule('node:http');

export const { Agent, STATUS_CODES, ServerResponse, request, validateHeaderName, validateHeaderValue } = http;

// biome-ignore lint/style/noDefaultExport: the module it stands for has one, and got imports it.
export default http;
