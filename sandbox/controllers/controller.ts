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
  /** `replicaset-controller`: the actor that its writes are filed under. */
  readonly name: string;
  /** Its service account in kube-system, where that has another name. */
  readonly account?: string;
  /** The source of its events, where that has another name. */
  readonly source?: string;
  readonly setup: (host: ControllerHost) => void;
}
