// What every controller of this folder is: a name and a function that sets it up over a component. Each file reads the
// same way: what it observes (informers), what it decides (pure functions), what it does (a few writes).

import type { Client } from '../client/client.ts';
import type { Component } from '../client/component.ts';
import type { EventRecorder } from '../client/events.ts';

/** What a controller is given. */
export interface ControllerHost {
  readonly component: Component;
  /** Acts as the controller's own service account. */
  readonly client: Client;
  /** Events in the controller's name. */
  readonly events: EventRecorder;
}

export interface Controller {
  /** `replicaset-controller`: its service account in kube-system, and the source of its events. */
  readonly name: string;
  readonly setup: (host: ControllerHost) => void;
}
