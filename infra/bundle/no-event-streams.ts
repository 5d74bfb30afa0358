// Replaces @smithy/core/event-streams in the bundle: no operation that is called here answers with an event stream.
const missing = 'this bundle reads no event streams; infra/bundle/no-event-streams.ts stands in their place';

export class EventStreamSerde {
  constructor() {
    throw new Error(missing);
  }
}

export const eventStreamSerdeProvider = (): never => {
  throw new Error(missing);
};
