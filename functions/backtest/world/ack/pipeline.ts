// A request from wire to gateway, service, and back. Each `take` is a place for a fault.
import { type Faults, isAnswerFault, isLatency, isPurchaseFault, isRefusalFault, isWireFault } from './faults.ts';
import type { Gateway } from './gateway.ts';
import { gatewayRefusal, type Outcome, render, type SimAnswer, type SimRequest } from './messages.ts';
import { read } from './reads.ts';
import { findRoute, type Route } from './routes.ts';
import type { Shop } from './scale-out.ts';
import { refusalOf, spoilContent, spoilTransport } from './spoil.ts';
import type { World } from './world.ts';

type Parts = { now: () => number; gateway: Gateway; faults: Faults; world: World; shop: Shop };
type Context = { readonly at: number; readonly requestId: string; readonly host: string };
type Late = { readonly request: SimRequest; readonly route: Route; readonly dueAt: number };

const lost = (delivery: SimAnswer['delivery']): SimAnswer => ({ status: 0, headers: {}, body: '', delivery });

export function createPipeline({ now, gateway, faults, world, shop }: Parts) {
  let late: readonly Late[] = [];

  const scopeOf = ({ operation, id }: Route) => ({
    operation,
    clusterId: operation === 'DescribeTaskInfo' ? world.task(id)?.clusterId : id,
  });

  function serve(request: SimRequest, route: Route, { at, requestId }: Omit<Context, 'host'>): Outcome {
    if (route.operation !== 'ScaleOutCluster') return read(world, { route, query: request.query, at });
    const takeFault = () => faults.take(isPurchaseFault, scopeOf(route));
    return shop.byApi(request, { clusterId: route.id, at, requestId }, takeFault);
  }

  function admit(request: SimRequest, route: Route, at: number): Outcome | undefined {
    const refusal = gateway.refuse(request, route.operation, at);
    if (refusal !== undefined) return refusal;
    const fault = faults.take(isRefusalFault, scopeOf(route));
    return fault && refusalOf(fault);
  }

  /** The current time, after executing the late requests that are due. */
  function present(): number {
    const at = now();
    if (late.length === 0) return at;
    const due = late.filter(({ dueAt }) => dueAt <= at).sort((a, b) => a.dueAt - b.dueAt);
    late = late.filter(({ dueAt }) => dueAt > at);
    for (const { request, route, dueAt } of due)
      if (gateway.refuse(request, route.operation, dueAt) === undefined)
        serve(request, route, { at: dueAt, requestId: world.identifiers.requestId() });
    return at;
  }

  function throughGateway(request: SimRequest, route: Route, context: Context, delayMs: number): SimAnswer {
    const outcome = admit(request, route, context.at) ?? serve(request, route, context);
    if (outcome.kind === 'refused') return spoilTransport(render(outcome, context), undefined, delayMs);
    const fault = faults.take(isAnswerFault, scopeOf(route));
    const answer = spoilTransport(render(spoilContent(outcome, fault), context), fault, delayMs);
    return outcome.executed === undefined ? answer : { ...answer, executed: outcome.executed };
  }

  function handle(request: SimRequest): SimAnswer {
    const at = present();
    const context = { at, requestId: world.identifiers.requestId(), host: request.headers['host'] ?? '' };
    const route = findRoute(request.method, request.path);
    if (route === undefined) {
      const refusal = gatewayRefusal(404, 'InvalidAction.NotFound', 'Specified api is not found.');
      return spoilTransport(render(refusal, context), undefined, 0);
    }
    const scope = scopeOf(route);
    const delayMs = faults.take(isLatency, scope)?.ms ?? 0;
    const wire = faults.take(isWireFault, scope);
    switch (wire?.kind) {
      case 'late-execution':
        late = [...late, { request, route, dueAt: at + wire.delayMs }];
        return lost({ kind: 'silence' });
      case 'drop':
        return lost({ kind: 'reset', delayMs });
      default:
        return throughGateway(request, route, context, delayMs);
    }
  }

  return { handle, present };
}
