// Stands in the bundle for Intl.ListFormat. got's checks of types make two of them as soon as they are loaded, for the
// sake of their error messages, and the first of all makes Node load the data of its languages: 10 ms.
class ListFormat {
  /** As `a, b, c`, without "and" or "or". */
  format(list: Iterable<string>): string {
    return [...list].join(', ');
  }
}

export { ListFormat as 'Intl.ListFormat' };
