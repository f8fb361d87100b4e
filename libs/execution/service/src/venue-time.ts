import { msToNs, type TimeNs } from '@argosy/domain';
import type { AccountPorts } from './account-ports.js';

/** The venue's clock as we know it, at its earliest: an expiry made from it is rather too soon than too late. */
export function venueNow({ clock, venue }: Pick<AccountPorts, 'clock' | 'venue'>): TimeNs {
  const offset = venue.clockOffset();
  if (offset === undefined) return clock.now();
  return (clock.now() + msToNs(offset.offsetMs - offset.uncertaintyMs)) as TimeNs;
}
