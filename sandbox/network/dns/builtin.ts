// Names without CoreDNS: for clusters that run no pods for it. A component watches what CoreDNS would watch.

import type { Component } from '../../client/component.ts';
import { serviceAccountUser, type UserInfo } from '../../kube/operation.ts';
import { answerReverse, answerZone, inZone, plain, type Zone } from '../../machine/programs/coredns/answers.ts';
import { learn, type Names } from '../../machine/programs/coredns/names.ts';
import type { DnsAnswer, DnsQuestion, DnsRecord } from '../../machine/sys.ts';
import { EndpointSlices, Namespaces, Services } from '../../schema/generated/resources.ts';
import type { NetworkState } from '../state.ts';
import { worldAnswer } from './world.ts';

/** Aliases that lead to aliases are followed this far. */
const ALIASES_MAX = 8;

const ZONE: Zone = { domain: 'cluster.local', ttl: 30, pods: 'insecure', serial: 1_767_225_600 };

export function answerBuiltin(
  names: Names,
  world: ReadonlyMap<string, readonly DnsRecord[]>,
  question: DnsQuestion,
  aliases = 0,
): DnsAnswer {
  const { name, type } = question;
  if (type === 'PTR') return answerReverse(names, ZONE, name) ?? worldAnswer(world, question);
  if (!inZone(name, ZONE.domain)) return worldAnswer(world, question);
  const { answer, alias } = answerZone(names, ZONE, plain(name), type);
  if (alias === undefined || aliases >= ALIASES_MAX) return answer;
  const further = answerBuiltin(names, world, { ...question, name: alias }, aliases + 1);
  return { ...answer, answers: [...answer.answers, ...further.answers] };
}

/** A component that keeps the names up to date. */
export interface BuiltinNames {
  readonly name: string;
  readonly user: UserInfo;
  readonly setup: (component: Component) => void;
}

const USER = serviceAccountUser('kube-system', 'coredns');

export function builtinNames(state: NetworkState): BuiltinNames {
  return {
    name: 'cluster-names',
    user: USER,
    setup: (component) => {
      const kinds = [
        ['namespaces', component.informer(Namespaces)],
        ['services', component.informer(Services)],
        ['endpointslices', component.informer(EndpointSlices)],
      ] as const;
      for (const [kind, informer] of kinds) {
        informer.on(({ object, type }) => learn(state.names, kind, object, type === 'deleted'));
      }
    },
  };
}
