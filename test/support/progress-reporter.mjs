// Where there is no terminal, jest prints a line as a suite ends: nothing for minutes while the long ones run. This one
// says every half minute what still runs. In a terminal jest has a live line.
import { relative } from 'node:path';

const everyMs = 30_000;

export default class ProgressReporter {
  #running = new Set();
  #done = 0;
  #timer;

  onRunStart({ numTotalTestSuites }) {
    if (process.stderr.isTTY && !process.env['CI']) return;
    const startedAt = performance.now();
    this.#timer = setInterval(() => {
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      const names = [...this.#running].map((path) => relative(process.cwd(), path)).join(', ');
      process.stderr.write(
        `after ${seconds} s: ${this.#done} of ${numTotalTestSuites} suites are done; running: ${names}\n`,
      );
    }, everyMs).unref();
  }

  onTestFileStart({ path }) {
    this.#running.add(path);
  }

  onTestFileResult({ path }) {
    this.#running.delete(path);
    this.#done += 1;
  }

  onRunComplete() {
    clearInterval(this.#timer);
  }
}
