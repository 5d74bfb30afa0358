// Replaces @aws-sdk/endpoint-cache in the bundle. The DynamoDB client creates one, but no DynamoDB operation uses endpoint
// discovery.
const refuse = (): never => {
  throw new Error('this bundle discovers no endpoints; infra/bundle/no-endpoint-cache.ts stands in its place');
};

export class EndpointCache {
  readonly getEndpoint = refuse;
  readonly get = refuse;
  readonly set = refuse;
  readonly delete = refuse;
  readonly has = refuse;
  readonly clear = refuse;
}
