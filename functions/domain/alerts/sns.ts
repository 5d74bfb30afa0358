import { isObject, own } from '../record.ts';
import { type Ignored, ignored } from './dialect.ts';

/** The message in an SNS envelope, in any dialect. undefined for what is no SNS envelope. */
export function openEnvelope(value: unknown): { readonly message: string } | Ignored | undefined {
  if (!isObject(value)) return undefined;
  const message = own(value, 'Message');
  if (typeof message !== 'string') return undefined;
  switch (own(value, 'Type')) {
    case 'Notification':
      return { message };
    // Token and SubscribeURL are not repeated: they confirm a subscription.
    case 'SubscriptionConfirmation':
      return ignored('SNS asks to confirm a subscription; a queue in the same account is confirmed by SNS itself');
    case 'UnsubscribeConfirmation':
      return ignored('SNS confirms that a subscription of the queue has ended; alarms of that topic arrive no more');
    default:
      return undefined;
  }
}
