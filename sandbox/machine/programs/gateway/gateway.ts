// `gateway`: a controller for the Gateway API with the proxies of its Gateways. It says in every status why something is
// or isn't served.

import { rfc3339 } from '../../../time/units.ts';
import type { Program } from '../../sys.ts';
import { type EdgeController, runEdge } from '../edge/controller.ts';
import { glogLine } from '../kit/glog.ts';
import { type GatewaySettings, planGateways } from './plan.ts';

const GROUP = '/apis/gateway.networking.k8s.io';

const CONTROLLER: EdgeController<GatewaySettings> = {
  agent: 'gateway/1.0',
  kinds: [
    { name: 'gatewayclasses', path: `${GROUP}/v1/gatewayclasses`, type: '*v1.GatewayClass' },
    { name: 'gateways', path: `${GROUP}/v1/gateways`, type: '*v1.Gateway' },
    { name: 'httproutes', path: `${GROUP}/v1/httproutes`, type: '*v1.HTTPRoute' },
    { name: 'referencegrants', path: `${GROUP}/v1beta1/referencegrants`, type: '*v1beta1.ReferenceGrant' },
    { name: 'namespaces', path: '/api/v1/namespaces', type: '*v1.Namespace' },
    { name: 'services', path: '/api/v1/services', type: '*v1.Service' },
    { name: 'endpointslices', path: '/apis/discovery.k8s.io/v1/endpointslices', type: '*v1.EndpointSlice' },
    { name: 'secrets', path: '/api/v1/secrets', type: '*v1.Secret' },
  ],
  *begin(sys) {
    const controllerName = sys.env.get('CONTROLLER_NAME') ?? 'k8s-learn.dev/gateway-controller';
    yield* sys.write(
      2,
      glogLine(sys, 'I', 'gateway.go:31', `serving Gateways of classes with controller ${controllerName}`),
    );
    const className = sys.argv.find((each) => each.startsWith('--gateway-class='))?.slice(16) ?? 'sim';
    return { controllerName, className, namespace: sys.env.get('POD_NAMESPACE') ?? 'gateway-system' };
  },
  plan: (world, settings, sys) => planGateways(world, settings, rfc3339(sys.now())),
  healthPort: 8081,
  healthPaths: ['/healthz', '/readyz'],
  line: (sys, text) => glogLine(sys, 'I', 'gateway.go:57', text),
};

export const gatewayController: Program = (sys, saved) => runEdge(sys, saved, CONTROLLER);
