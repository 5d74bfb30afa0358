// SQS takes every character of XML 1.0, emoji included. fauxqs 2.4.1, the newest that npm offers here, takes only those of 16
// bits: it refuses the halves of all others (mended in 2.9.1). Every place in it that checks a body uses this one pattern.
import { INVALID_MESSAGE_BODY_CHAR } from '../../../node_modules/fauxqs/dist/sqs/sqsTypes.js';

export function takeEveryCharacter(): void {
  INVALID_MESSAGE_BODY_CHAR.compile('[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\u{10000}-\\u{10ffff}]', 'u');
}
