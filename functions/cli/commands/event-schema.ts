import { Command } from 'commander';
import { type CommandDeps, withExamples } from '../target/command-line.ts';
import type { Terminal } from '../terminal/terminal.ts';

export function createEventSchema({ terminal }: CommandDeps): Command {
  const command = new Command('event-schema')
    .summary('print the JSON schema of the events')
    .description(
      'Prints the JSON schema of the messages on the topic scale-out-events, for who subscribes to it. It takes fields ' +
        'that it does not know: a later release may add some.',
    )
    .option('--json', 'changes nothing: a schema is JSON already');
  withExamples(command, ['npx scale-out event-schema > event.schema.json']);
  return command.action(() => printSchema(terminal));
}

async function printSchema({ json }: Terminal): Promise<void> {
  const { toJSONSchema } = await import('zod/mini');
  const { jobEventSchema } = await import('../../domain/events/job-event-schema.ts');
  const schema = toJSONSchema(jobEventSchema, {
    // Of what may be given to it: what it gives back has no further fields.
    io: 'input',
    override({ jsonSchema }) {
      // It says in 200 characters what its neighbour, the format date-time, says in one word.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  json({ title: 'A scale-out event, version 1', ...schema });
}
