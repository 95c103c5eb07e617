// The images that registries have when nobody says otherwise. Each is data; programs are named, and come from elsewhere.

import alpine from './catalogue/alpine.json' with { type: 'json' };
import busybox from './catalogue/busybox.json' with { type: 'json' };
import busyboxLatest from './catalogue/busybox-latest.json' with { type: 'json' };
import databases from './catalogue/databases.json' with { type: 'json' };
import debian from './catalogue/debian.json' with { type: 'json' };
import edge from './catalogue/edge.json' with { type: 'json' };
import hosts from './catalogue/hosts.json' with { type: 'json' };
import languages from './catalogue/languages.json' with { type: 'json' };
import nginx from './catalogue/nginx.json' with { type: 'json' };
import pause from './catalogue/pause.json' with { type: 'json' };
import plain from './catalogue/plain.json' with { type: 'json' };
import catalogueServers from './catalogue/servers.json' with { type: 'json' };
import tests from './catalogue/tests.json' with { type: 'json' };
import type { ImageSource } from './format.ts';
import learnBase from './learn/base.json' with { type: 'json' };
import hello from './learn/hello.json' with { type: 'json' };
import servers from './learn/servers.json' with { type: 'json' };
import workers from './learn/workers.json' with { type: 'json' };

/** Images that anybody may pull, and what hosts are made of. */
export const CATALOGUE: readonly ImageSource[] = [
  busybox,
  busyboxLatest,
  ...alpine,
  debian,
  ...nginx,
  ...catalogueServers,
  ...databases,
  ...edge,
  ...tests,
  pause,
  ...languages,
  ...plain,
  ...hosts,
  learnBase,
  ...hello,
  ...servers,
  ...workers,
] as readonly ImageSource[];

/** What the workstation is made of. */
export const WORKSTATION_IMAGE = 'k8s-learn/workstation:1.36';
