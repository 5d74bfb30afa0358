import { isObject, own } from '../record.ts';
import { type Ignored, ignored } from './dialect.ts';

/**
 * What an SNS envelope carries: the text of its message, or nothing of use. undefined for what is no SNS envelope.
 * SNS adds the envelope unless the subscription asks for raw delivery; the message inside may be of any dialect.
 */
export function openEnvelope(value: unknown): { readonly message: string } | Ignored | undefined {
  if (!isObject(value)) return undefined;
  const message = own(value, 'Message');
  if (typeof message !== 'string') return undefined;
  switch (own(value, 'Type')) {
    case 'Notification':
      return { message };
    // Their Token and SubscribeURL confirm a subscription for whoever has them: they are not repeated here.
    case 'SubscriptionConfirmation':
      return ignored('SNS asks to confirm a subscription; a queue in the same account is confirmed by SNS itself');
    case 'UnsubscribeConfirmation':
      return ignored('SNS confirms that a subscription of the queue has ended; alarms of that topic arrive no more');
    default:
      return undefined;
  }
}
