import { serviceStatusCodec, serviceStatusRequestCodec, subjects } from '@argosy/contracts';
import { ok } from '@argosy/domain';
import { requestRoute, type Route } from '@argosy/platform-port';
import type { StatusService } from './status.service.js';

/** The gateway asks; the one thing it answers is how it is. */
export const opsRoutes = (status: StatusService): readonly Route[] => [
  requestRoute({
    pattern: subjects.serviceStatus('ops-gateway'),
    ask: serviceStatusRequestCodec,
    answer: serviceStatusCodec,
    handle: () => ok(status.own()),
  }),
];
