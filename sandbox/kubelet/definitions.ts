// Kubelets as those who put a cluster together want them: one component a node, and the nodes' doors.

import type { ComponentEngine } from '../client/component.ts';
import type { NodeDoor } from '../kube/nodedoor.ts';
import type { UserInfo } from '../kube/operation.ts';
import type { Kernel } from '../machine/context.ts';
import type { PodNetwork } from '../machine/podnetwork.ts';
import { createNodeDoor } from './door/door.ts';
import { kubeletName, kubeletUser, setUpKubelet } from './kubelet.ts';
import type { KubeletNode } from './kubeletcontext.ts';

export type { KubeletNode } from './kubeletcontext.ts';

interface KubeletDefinition {
  readonly name: string;
  readonly user: UserInfo;
  readonly setup: (component: ComponentEngine, kernel: Kernel) => void;
}

export interface Kubelets {
  readonly components: readonly KubeletDefinition[];
  /** The door of a node; undefined when its kubelet doesn't run. */
  door(node: string): NodeDoor | undefined;
}

/** `network` is asked once for each kubelet that is set up. */
export function kubelets(nodes: readonly KubeletNode[], network: () => PodNetwork): Kubelets {
  const doors = new Map<string, { readonly door: NodeDoor; readonly component: ComponentEngine }>();
  return {
    components: nodes.map((node) => ({
      name: kubeletName(node.name),
      user: kubeletUser(node.name),
      setup: (component, kernel) => {
        const kubelet = setUpKubelet(component, node, { kernel, network: network() });
        doors.set(node.name, { door: createNodeDoor(kubelet), component });
      },
    })),
    door: (node) => {
      const found = doors.get(node);
      return found?.component.running() === true ? found.door : undefined;
    },
  };
}
