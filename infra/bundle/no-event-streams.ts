// Stands in the bundle for @smithy/core/event-streams, which the SDK loads for operations that answer by a stream of
// events. No operation that is called here does: Transcribe, Kinesis and Bedrock have them.
const missing = 'this bundle reads no event streams; infra/bundle/no-event-streams.ts stands in their place';

export class EventStreamSerde {
  constructor() {
    throw new Error(missing);
  }
}

export const eventStreamSerdeProvider = (): never => {
  throw new Error(missing);
};
