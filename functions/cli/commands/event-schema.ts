import { Command } from 'commander';
import { type CommandDeps, withExamples } from '../target/command-line.ts';
import type { Terminal } from '../terminal/terminal.ts';

export function createEventSchema({ terminal }: CommandDeps): Command {
  const command = new Command('event-schema')
    .summary('print the JSON schema of the events')
    .description(
      'Prints the JSON schema of the messages on the topic scale-out-events. The schema allows unknown fields: a later ' +
        'release may add some.',
    )
    .option('--json', 'no effect: a schema is JSON');
  withExamples(command, ['npx scale-out event-schema > event.schema.json']);
  return command.action(() => printSchema(terminal));
}

async function printSchema({ json }: Terminal): Promise<void> {
  const { toJSONSchema } = await import('zod/mini');
  const { jobEventSchema } = await import('../../domain/events/job-event-schema.ts');
  const schema = toJSONSchema(jobEventSchema, {
    // The input schema allows unknown fields, the output schema does not.
    io: 'input',
    override({ jsonSchema }) {
      // The format date-time says the same.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  json({ title: 'A scale-out event, version 1', ...schema });
}
