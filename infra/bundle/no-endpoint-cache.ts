// Stands in the bundle for @aws-sdk/endpoint-cache. The DynamoDB client makes one for endpoint discovery, which it has for
// the sake of Timestream: no operation of DynamoDB itself uses it, and so nobody asks this one anything.
const missing = 'this bundle discovers no endpoints; infra/bundle/no-endpoint-cache.ts stands in its place';

export class EndpointCache {
  getEndpoint(): never {
    throw new Error(missing);
  }

  get(): never {
    throw new Error(missing);
  }

  set(): never {
    throw new Error(missing);
  }

  delete(): never {
    throw new Error(missing);
  }

  has(): never {
    throw new Error(missing);
  }

  clear(): never {
    throw new Error(missing);
  }
}
