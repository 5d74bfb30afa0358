/** As a POSIX shell reads it back: a key from an alarm holds its ARN, and may hold spaces. */
export function shellWord(value: string): string {
  return /^[\w.:/@%+=,-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
