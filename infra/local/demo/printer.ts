// Output for a terminal of 80 columns.
import { styleText } from 'node:util';
import { visible } from '../../../functions/cli/terminal/visible.ts';

export type Colour = 'green' | 'yellow' | 'red' | 'cyan' | 'dim' | 'bold';

export interface Printer {
  line(text?: string): void;
  /** The text may take several lines. */
  labelled(label: string, text: string, colour?: Colour): void;
  paint(colour: Colour, text: string): string;
}

const columns = 80;
const margin = 3;
const labelWidth = 15;

/** Colours only on a terminal that supports them, and without NO_COLOR. */
export function createPrinter(stream: NodeJS.WritableStream): Printer {
  const paint = (colour: Colour, text: string) => styleText(colour, text, { stream });
  // Texts of alerts are in it.
  const line = (text = '') => {
    stream.write(`${visible(text)}\n`);
  };
  return {
    line,
    paint,
    labelled(label, text, colour) {
      const [first = '', ...rest] = wrap(text, columns - margin - labelWidth);
      const padded = label.padEnd(labelWidth);
      line(`${' '.repeat(margin)}${colour ? paint(colour, padded) : padded}${first}`);
      for (const more of rest) line(`${' '.repeat(margin + labelWidth)}${more}`);
    },
  };
}

/** Breaks between words only: a long key stays on one line, to be copied. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(/\s+/)) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
