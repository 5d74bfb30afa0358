// Tests own their colours. In a terminal jest sets FORCE_COLOR in its workers, and a shell may set NO_COLOR: what a test
// prints or starts would inherit either. They are taken away once jest has loaded what prints its own colours. Tests own
// their time zone, too: one in which local time is not taken for UTC. The processes that they start keep what they compiled for
// each other: loading is most of what a short one does.
import { resolve } from 'node:path';
import { TestEnvironment } from 'jest-environment-node';

const timeZone = 'Asia/Shanghai';
const compiled = resolve(import.meta.dirname, '../../node_modules/.cache/edge-scale-out/compiled');
const colourVariables = ['FORCE_COLOR', 'NO_COLOR', 'NODE_DISABLE_COLORS'];

export default class PlainEnvironment extends TestEnvironment {
  #taken = {};

  #takeOver(name, value) {
    this.#taken[name] = process.env[name];
    // The worker's own, which node itself and children without an env read, and the copy that tests see.
    for (const { env } of [process, this.global.process]) {
      if (value === undefined) delete env[name];
      else env[name] = value;
    }
  }

  handleTestEvent({ name }) {
    if (name !== 'setup') return;
    this.#takeOver('TZ', timeZone);
    this.#takeOver('NODE_COMPILE_CACHE', compiled);
    for (const variable of colourVariables) this.#takeOver(variable, undefined);
  }

  async teardown() {
    for (const [name, value] of Object.entries(this.#taken)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await super.teardown();
  }
}
