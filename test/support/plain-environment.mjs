// Tests own their colours. In a terminal jest sets FORCE_COLOR in its workers, and a shell may set NO_COLOR: what a test
// prints or starts would inherit either. They are taken away once jest has loaded what prints its own colours.
import { TestEnvironment } from 'jest-environment-node';

const colourVariables = ['FORCE_COLOR', 'NO_COLOR', 'NODE_DISABLE_COLORS'];

export default class PlainEnvironment extends TestEnvironment {
  #taken = {};

  handleTestEvent({ name }) {
    if (name !== 'setup') return;
    for (const variable of colourVariables) {
      if (variable in process.env) this.#taken[variable] = process.env[variable];
      // The worker's own, which node:util and children without an env read, and the copy that tests see.
      delete process.env[variable];
      delete this.global.process.env[variable];
    }
  }

  async teardown() {
    Object.assign(process.env, this.#taken);
    await super.teardown();
  }
}
