// Prints the events of the engine and the log of the functions.
import { nodes } from '../../../functions/domain/plural.ts';
import type { EngineEvent } from '../engine-options.ts';
import { isMetrics, type LogEntry, readLogEntry } from './log-entry.ts';
import type { Colour, Printer } from './printer.ts';

interface EventLine {
  readonly label: string;
  readonly text: string;
  readonly colour?: Colour;
}

export function createEventPrinter(printer: Pick<Printer, 'labelled'>): (event: EngineEvent) => void {
  return (event) => {
    for (const { label, text, colour } of linesFor(event)) printer.labelled(label, text, colour);
  };
}

function linesFor(event: EngineEvent): readonly EventLine[] {
  switch (event.kind) {
    case 'started':
      return [{ label: event.part, text: event.detail }];
    case 'log':
      if (isMetrics(event.line)) return [];
      return linesForEntry(readLogEntry(event.line)) ?? [{ label: event.name, text: event.line, colour: 'red' }];
    case 'schedule-fired':
      return [{ label: 'schedule', text: `${event.schedule} is due: ${event.scheduledTime}`, colour: 'cyan' }];
    case 'schedule-failed':
      return [{ label: 'schedule', text: `${event.schedule}: ${event.why}`, colour: 'red' }];
    case 'kept':
      return [{ label: 'comes back', text: event.why ?? 'the function reported it as failed', colour: 'yellow' }];
    case 'queue-failed':
    case 'reconcile-failed':
    case 'stream-failed':
      return [{ label: event.kind, text: event.why, colour: 'red' }];
    case 'received':
    case 'deleted':
      return [];
  }
}

/** undefined for a line of another program. */
function linesForEntry(entry: LogEntry | undefined): readonly EventLine[] | undefined {
  if (!entry) return undefined;
  const { message, kind = '', why = '', key = '', level, taskId = '' } = entry;
  switch (message) {
    case 'decided':
      return [{ label: `decides: ${kind}`, text: why }];
    case 'job':
      return linesForJob(entry);
    case 'dead-lettered':
      return [{ label: 'dead-lettered', text: `${entry.reason}: ${why}`, colour: 'yellow' }];
    case 'ignored':
      return [{ label: 'ignored', text: why }];
    case 'received':
      return [{ label: 'webhook', text: `answers 202, with message ${entry.messageId}` }];
    case 'refused':
      return [{ label: 'webhook', text: `answers ${entry.status}: ${entry.reason}`, colour: 'yellow' }];
    case 'task-ended':
      return [lineForTask(entry)];
    case 'announced':
      return [{ label: 'event', text: entry.subject ?? '', colour: 'dim' }];
    case 'adopted':
      return [{ label: 'found', text: `task ${taskId} is the purchase that was in doubt: ${key}`, colour: 'green' }];
    default:
      return level === 'INFO' ? [] : [{ label: message, text: `${key} ${why}`.trim(), colour: 'red' }];
  }
}

function linesForJob({ kind, outcome = '', why = '', key = '' }: LogEntry): readonly EventLine[] {
  const named: EventLine = { label: 'key', text: key };
  if (kind === 'defer') return [{ label: 'waits', text: why, colour: 'yellow' }, named];
  if (kind !== 'done') return [{ label: kind ?? '', text: why, colour: 'yellow' }, named];
  switch (outcome) {
    case 'accepted':
      return [{ label: 'bought', text: `task ${why}`, colour: 'green' }, named];
    case 'replayed':
      return [{ label: 'replayed', text: `${why}: nothing is bought again`, colour: 'cyan' }, named];
    case 'skipped':
      return [{ label: 'skipped', text: 'nothing is bought', colour: 'cyan' }, named];
    default:
      return [{ label: outcome, text: why, colour: 'red' }, named];
  }
}

function lineForTask({ state = '', readyNodes, taskId, why, reason }: LogEntry): EventLine {
  if (state === 'completed')
    return { label: 'ready', text: `task ${taskId} is done: ${nodes(readyNodes ?? 0)} Ready`, colour: 'green' };
  return { label: state, text: `task ${taskId} ${why ?? reason ?? ''}`.trim(), colour: 'red' };
}
