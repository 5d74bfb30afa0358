// What a backtest found, for a terminal: the headline, one line for each policy, and the load as a sparkline.
import { comparison, hasLoad, headline, lengthInWords } from '../../backtest/headline.ts';
import {
  type BacktestResult,
  type Figures,
  type InputProblem,
  perMinute,
  type Run,
  type Suggestion,
} from '../../backtest/result.ts';
import { plural } from '../../domain/plural.ts';
import { amount, money } from '../../pages/figures.ts';
import { tableLines } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Without the spaces that do not break on a page: nobody searches for them. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

const number = (value: number): string => value.toLocaleString('en-US');

/** What the policies of several clusters come to together. */
export function totalLine(results: readonly BacktestResult[]): string {
  const each = results.flatMap(({ runs, currency }) => runs.slice(0, 1).map(({ figures }) => ({ figures, currency })));
  const sum = (some: typeof each, of: (figures: Figures) => number) =>
    some.reduce((all, { figures }) => all + of(figures), 0);
  const spent = [...Map.groupBy(each, ({ currency }) => currency)].map(([currency, some]) =>
    plain(
      money(
        sum(some, ({ cents }) => cents),
        currency,
      ),
    ),
  );
  const [bought, short] = [sum(each, (of) => of.nodesBought), sum(each, (of) => of.minutesShort)];
  return `In all ${results.length} clusters: ${plural(bought, 'node')} for ${spent.join(' and ')}, short for ${number(short)} min.`;
}

export function reportLines(
  result: BacktestResult,
  { columns, paint }: Pick<Terminal, 'columns' | 'paint'>,
): readonly string[] {
  const { runs, input, differences, suggestions, currency } = result;
  return [
    paint('bold', plain(headline(result))),
    ...comparison(result).map(plain),
    '',
    ...tableLines([runColumns(currency).map(([title]) => title), ...runs.map((run) => runRow(run, currency))], {
      colAligns: [
        'left',
        ...runColumns(currency)
          .slice(1)
          .map(() => 'right' as const),
      ],
    }),
    '',
    ...(hasLoad(input) ? [...sparklines(result, Math.min(columns ?? 80, 100)), ''] : []),
    ...runs.slice(0, 1).flatMap((run) => [...heldBackLines(run), ...monthLines(run, currency)]),
    ...(differences.length > 0
      ? [
          'They differ in:',
          ...tableLines(differences.map(({ setting, policy, against }) => [`  ${setting}`, policy, against])),
          '',
        ]
      : []),
    ...(suggestions ? suggestionLines(suggestions, currency, columns) : []),
  ];
}

type Column = readonly [title: string, of: (figures: Figures, run: Run) => string];

function runColumns(currency: string | undefined): readonly Column[] {
  const dash = '-';
  const has = (run: Run): boolean => run.kind !== 'fixed-fleet' && run.kind !== 'optimum';
  return [
    ['policy', (_, { name }) => name],
    ['bought', ({ nodesBought }) => number(nodesBought)],
    ...(currency === undefined ? [] : [[currency, ({ cents }) => amount(cents)] satisfies Column]),
    ['min short', ({ minutesShort }) => number(minutesShort)],
    ['node-min short', ({ nodeMinutesShort }) => number(nodeMinutesShort)],
    ['idle node-h', ({ idleNodeHours }) => number(idleNodeHours)],
    ['most', ({ mostNodes }) => number(mostNodes)],
    [
      'min to Ready',
      ({ breachToReady: { median, p95 } }, run) => (has(run) ? `${median ?? dash} / ${p95 ?? dash}` : ''),
    ],
    ...(currency === undefined
      ? []
      : [['regret', ({ regretCents }) => (regretCents === undefined ? dash : amount(regretCents))] satisfies Column]),
  ];
}

const runRow = (run: Run, currency: string | undefined): readonly string[] =>
  runColumns(currency).map(([, of]) => of(run.figures, run));

function heldBackLines({ figures: { heldBackBy, minutesShort, minutesShortBy } }: Run): readonly string[] {
  const held = Object.entries(heldBackBy).filter(([, times]) => times > 0);
  const { beforeAlarm, onTheirWay, otherwise } = minutesShortBy;
  return [
    ...(minutesShort > 0
      ? [
          `Short for ${number(beforeAlarm)} minutes before the alarm, ${number(onTheirWay)} while nodes were on their way, and ` +
            `${number(otherwise)} for a limit or a wait.`,
        ]
      : []),
    held.length === 0
      ? 'No limit held a purchase back.'
      : `Held back by ${held.map(([name, times]) => `${name} ${plural(times, 'time')}`).join(', ')}.`,
  ];
}

function monthLines({ months, limits: { budgetPerMonthCents } }: Run, currency: string | undefined): readonly string[] {
  if (currency === undefined || months.length === 0) return [];
  const of = budgetPerMonthCents === undefined ? '' : ` of ${amount(budgetPerMonthCents)}`;
  const rows = months.map(({ month, nodes, cents }) => [
    month,
    plural(nodes, 'node'),
    `${amount(cents)}${of} ${currency}`,
  ]);
  return ['', ...tableLines(rows, { colAligns: ['left', 'right', 'right'] }), ''];
}

const bars = '▁▂▃▄▅▆▇█';

/** The highest demand, and the fewest Ready nodes, of each stretch of time, both on one scale. */
function sparklines({ input: { demand, minutes }, runs }: BacktestResult, columns: number): readonly string[] {
  const label = 'demand ';
  const width = Math.min(minutes, columns - label.length);
  const ready = perMinute(runs[0]?.ready ?? [], minutes);
  const stretch = (i: number): readonly [number, number] => [
    Math.floor((i * minutes) / width),
    Math.max(Math.floor((i * minutes) / width) + 1, Math.floor(((i + 1) * minutes) / width)),
  ];
  const most = Array.from({ length: width }, (_, i) =>
    demand.slice(...stretch(i)).reduce<number>((all, one) => Math.max(all, one ?? 0), 0),
  );
  const least = Array.from({ length: width }, (_, i) =>
    ready.slice(...stretch(i)).reduce((all, one) => Math.min(all, one), Number.POSITIVE_INFINITY),
  );
  const top = Math.max(...most, ...least, 1);
  const line = (values: readonly number[]): string =>
    values.map((value) => bars[Math.min(bars.length - 1, Math.floor((value / top) * bars.length))] ?? '').join('');
  return [
    `${label}${line(most)}`,
    `Ready  ${line(least)}`,
    `       up to ${Math.ceil(top)} nodes; each bar is ${lengthInWords(Math.round(minutes / width))}`,
  ];
}

function suggestionLines(
  suggestions: readonly Suggestion[],
  currency: string | undefined,
  columns: number | undefined,
): readonly string[] {
  const rows = suggestions.map(({ says, nodesBought, cents, minutesShort, nodeMinutesShort }) => [
    ...[number(nodesBought), ...(currency === undefined ? [] : [amount(cents)])],
    ...[number(minutesShort), number(nodeMinutesShort), says],
  ]);
  const head = ['bought', ...(currency === undefined ? [] : [currency]), 'min short', 'node-min short', 'with'];
  return [
    'Within the same limits, cheapest first. For its money, each is short for the least time of all that was tried; the policy as it is stands beside them:',
    ...tableLines([head, ...rows], { columns, colAligns: head.map((one) => (one === 'with' ? 'left' : 'right')) }),
    '',
  ];
}

/** `load.csv, line 12 and 3 more: has no time zone, so it is taken for UTC` */
export function problemText(file: string, { line, more, says }: InputProblem): string {
  const others = more === undefined ? '' : ` and ${number(more)} more`;
  return `${file}${line === undefined ? '' : `, line ${line}${others}`}: ${says}`;
}
