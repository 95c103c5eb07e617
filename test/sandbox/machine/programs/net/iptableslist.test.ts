import { expect, test } from 'vitest';
import { listChains } from '../../../../../sandbox/machine/programs/net/iptableslist.ts';

const RULES = [
  '*nat',
  ':PREROUTING ACCEPT [0:0]',
  ':KUBE-SEP-A - [0:0]',
  ':KUBE-SERVICES - [0:0]',
  ':KUBE-SVC-B - [0:0]',
  '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  '-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-B',
  '-A KUBE-SVC-B -m comment --comment "default/kubernetes:https -> 172.18.0.2:6443" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-A',
  '-A KUBE-SEP-A -s 172.18.0.2/32 -m comment --comment "default/kubernetes:https" -j KUBE-MARK-MASQ',
  '-A KUBE-SEP-A -p tcp -m comment --comment "default/kubernetes:https" -m tcp -j DNAT --to-destination 172.18.0.2:6443',
  'COMMIT',
];
const PLAIN = { numeric: false, verbose: false, lineNumbers: false };

test('rules are listed chain by chain, with what they match in words', () => {
  expect(listChains(RULES, undefined, PLAIN)).toEqual([
    'Chain PREROUTING (policy ACCEPT)',
    'target     prot opt source               destination         ',
    'KUBE-SERVICES  all  --  anywhere             anywhere             /* kubernetes service portals */',
    '',
    'Chain KUBE-SEP-A (1 references)',
    'target     prot opt source               destination         ',
    'KUBE-MARK-MASQ  all  --  172.18.0.2           anywhere             /* default/kubernetes:https */',
    'DNAT       tcp  --  anywhere             anywhere             /* default/kubernetes:https */ to:172.18.0.2:6443',
    '',
    'Chain KUBE-SERVICES (1 references)',
    'target     prot opt source               destination         ',
    'KUBE-SVC-B  tcp  --  anywhere             10.96.0.1            /* default/kubernetes:https cluster IP */ tcp dpt:https',
    '',
    'Chain KUBE-SVC-B (1 references)',
    'target     prot opt source               destination         ',
    'KUBE-SEP-A  all  --  anywhere             anywhere             /* default/kubernetes:https -> 172.18.0.2:6443 */ statistic mode random probability 0.50000000000',
  ]);
});

test('one chain is listed with numbers of lines, ports and addresses; one that is not there is unknown', () => {
  expect(listChains(RULES, 'KUBE-SERVICES', { numeric: true, verbose: false, lineNumbers: true })).toEqual([
    'Chain KUBE-SERVICES (1 references)',
    'num  target     prot opt source               destination         ',
    '1    KUBE-SVC-B  tcp  --  0.0.0.0/0            10.96.0.1            /* default/kubernetes:https cluster IP */ tcp dpt:443',
  ]);
  expect(listChains(RULES, 'NOPE', PLAIN)).toBeUndefined();
});
