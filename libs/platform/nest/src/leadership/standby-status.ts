import { type ServiceName, serviceStatusCodec, serviceStatusRequestCodec, subjects } from '@argosy/contracts';
import { ok, type TimeNs } from '@argosy/domain';
import {
  describeLeadership,
  describeProcess,
  type MessageBus,
  type ProcessFacts,
  type Subscription,
} from '@argosy/platform-port';

const QUEUE_LIMIT = 16;

/** Answers for a process that stands by: the plain status subject is the leader's alone. */
export function answerStandbyStatus(
  service: ServiceName,
  bus: MessageBus,
  facts: ProcessFacts,
  startedNs: TimeNs,
): Subscription {
  const options = { queueLimit: QUEUE_LIMIT, group: `${service}-standby` };
  return bus.subscribe(subjects.serviceStandby(service), serviceStatusRequestCodec, options, (_request, context) => {
    if (context.replyTo === undefined) return;
    const status = {
      ...describeProcess(facts),
      ...describeLeadership(facts),
      service,
      ready: false,
      startedNs,
      venues: [],
    };
    bus.reply(context.replyTo, serviceStatusCodec, ok(status));
  });
}
