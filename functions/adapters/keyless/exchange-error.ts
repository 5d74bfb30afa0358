/** Why there are no credentials, and what helps. Holds no token. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly says: string;
  readonly remedy: string;

  constructor(says: string, remedy: string) {
    super(`${says}; ${remedy}`);
    this.says = says;
    this.remedy = remedy;
  }
}
