export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error that names the missing variable. */
export function required(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`environment variable ${name} is missing; the stack sets it`);
  return value;
}
