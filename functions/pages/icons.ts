// Icons, and the states of a purchase with their words: a state is never told by its colour alone.
import { type Html, html, trusted } from './html.ts';

const ring = '<circle cx="8" cy="8" r="6.2"/>';

/** On a grid of 16, drawn with strokes. */
const drawings = {
  ready: `${ring}<path d="m5.2 8.2 2 2 3.7-4.2"/>`,
  way: `${ring}<path d="M4.8 8h6M8.4 5.6 10.8 8l-2.4 2.4"/>`,
  doubt: `${ring}<path d="M6.2 6.4c0-2.4 3.7-2.2 3.7 0 0 1.3-1.9 1.4-1.9 2.8M8 11.3v.1"/>`,
  parked:
    '<path d="M4.6 8V4.4a1 1 0 0 1 2 0V7m0-3.6a1 1 0 0 1 2 0V7m0-2.8a1 1 0 0 1 2 0v5.6c0 2.4-1.4 4-3.6 4-2 0-2.8-1-3.6-2.6L2.6 8.9c-.5-1 .8-1.7 1.4-.9z"/>',
  overdue: '<path d="M4 2h8M4 14h8M5 2c0 3.4 3 4 3 6s-3 2.6-3 6M11 2c0 3.4-3 4-3 6s3 2.6 3 6"/>',
  failed: `${ring}<path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4"/>`,
  refused: `${ring}<path d="m3.7 3.7 8.6 8.6"/>`,
  skip: `${ring}<path d="M5 8h6"/>`,
  wait: `${ring}<path d="M8 4.5V8l2.4 1.5"/>`,
  part: `${ring}<path d="M8 1.8v12.4M8 5h4.6M8 8h6M8 11h4.6"/>`,
  send: '<path d="M14 2 7 9M14 2 9.5 14 7 9 2 6.500z"/>',
  pause: `${ring}<path d="M6.4 5.8v4.400m3.2-4.4v4.4"/>`,
  alert: '<path d="M8 2 1.8 13.500h12.4zM8 6.500v3.3M8 11.7v.1"/>',
  mail: '<path d="M2 4h12v9H2zM2 4.5 8 9l6-4.5"/>',
  home: '<path d="M2 2h5v5H2zM9 2h5v3H9zM9 7h5v7H9zM2 9h5v5H2z"/>',
  list: '<path d="M5.5 4H14M5.5 8H14M5.5 12H14M2.3 4v.1M2.3 8v.1M2.3 12v.1"/>',
  calendar: '<path d="M2 3.500h12v10.500H2zM2 6.800h12M5 1.800v3M11 1.800v3"/>',
  pulse: '<path d="M1.5 8.500h3l2-5.5 3 10 2-4.500h3"/>',
  bolt: '<path d="M9 1.5 3 9h4.500L7 14.5 13 7H8.500z"/>',
  calculation: '<path d="M3 2h10v12H3zM5.5 5h5M5.5 8.500v.1M8 8.500v.1M10.5 8.500v.1M5.5 11v.1M8 11v.1M10.5 11v.1"/>',
  find: '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>',
  none: '<circle cx="8" cy="8" r="6" stroke-dasharray="2 2.5"/>',
  theme: '<path d="M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12"/>',
  eye: '<path d="M1.5 8S4 3.7 8 3.7 14.5 8 14.5 8 12 12.3 8 12.3 1.5 8 1.5 8z"/><circle cx="8" cy="8" r="2"/>',
  key: '<circle cx="5" cy="10.5" r="3"/><path d="m7.2 8.3 6-6M11 4.500l2 2"/>',
} as const;

export type IconName = keyof typeof drawings;
export type Hue = 'ok' | 'info' | 'warn' | 'bad' | 'idle';

/** Decoration: a word stands beside it. */
export const icon = (name: IconName): Html =>
  html`<svg class="icon" aria-hidden="true" viewBox="0 0 16 16"><use href="#icon-${name}"/></svg>`;

/** The drawings of the icons that occur in a body, once each. */
export function spriteOf(body: Html): Html {
  const used = new Set(Array.from(body.matchAll(/<use href="#icon-(\w+)"/g), ([, name]) => name));
  const symbols = Object.entries(drawings).filter(([name]) => used.has(name));
  return html`<svg hidden>${symbols.map(
    ([name, drawing]) => html`<symbol id="icon-${name}" viewBox="0 0 16 16">${trusted(drawing)}</symbol>`,
  )}</svg>`;
}

interface Look {
  readonly word: string;
  readonly icon: IconName;
  readonly hue: Hue;
}

/** By the state's name in the JSON of the commands. */
export const looks = {
  sending: { word: 'Sending', icon: 'send', hue: 'info' },
  waiting: { word: 'Waiting', icon: 'wait', hue: 'info' },
  accepted: { word: 'On its way', icon: 'way', hue: 'info' },
  completed: { word: 'Ready', icon: 'ready', hue: 'ok' },
  partial: { word: 'In part', icon: 'part', hue: 'warn' },
  unknown: { word: 'In doubt', icon: 'doubt', hue: 'warn' },
  parked: { word: 'Parked', icon: 'parked', hue: 'bad' },
  overdue: { word: 'Overdue', icon: 'overdue', hue: 'bad' },
  failed: { word: 'Task failed', icon: 'failed', hue: 'bad' },
  rejected: { word: 'Refused', icon: 'refused', hue: 'bad' },
  abandoned: { word: 'Abandoned', icon: 'skip', hue: 'bad' },
  skipped: { word: 'Skipped', icon: 'skip', hue: 'idle' },
} as const satisfies Record<string, Look>;

/** Icon and word. @param word instead of that of the look */
export const state = (look: Look, word: string = look.word, tinted = false): Html =>
  html`<span class="state ${look.hue}${tinted && ' tinted'}">${icon(look.icon)}${word}</span>`;
