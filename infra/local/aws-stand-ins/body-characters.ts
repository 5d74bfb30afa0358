// SQS takes every character of XML 1.0, emoji included. fauxqs takes only those of 16 bits before its version 2.9.1: it refuses
// the halves of all others. Every place in it that checks a body uses this pattern.
import { INVALID_MESSAGE_BODY_CHAR } from '../../../node_modules/fauxqs/dist/sqs/sqsTypes.js';

export function takeEveryCharacter(): void {
  INVALID_MESSAGE_BODY_CHAR.compile('[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\u{10000}-\\u{10ffff}]', 'u');
}
