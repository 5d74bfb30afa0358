// SQS takes the characters of XML 1.0 in bodies and attributes, and refuses a whole message for one of the others.

const refused = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Inside a JSON text it says the same as before. */
export const sendableBody = (body: string): string =>
  body.replace(refused, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Inside a form it says the same as before. */
export const sendableForm = (form: string): string => form.toWellFormed().replace(refused, encodeURIComponent);

/** For people; never empty, as SQS takes no empty text either. */
export const sendableAttribute = (text: string): string => text.toWellFormed().replace(refused, '\uFFFD') || '-';
