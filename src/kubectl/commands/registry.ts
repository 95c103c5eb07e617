// The commands that are written. A new one is a file of its own and a line here; its facts stand in the catalog.

import type { Command } from '../command.ts';
import { annotate } from './annotate.ts';
import { apiResources, apiVersions } from './apiresources.ts';
import { apply } from './apply/apply.ts';
import { editLastApplied, setLastApplied, viewLastApplied } from './apply/lastapplied.ts';
import { attach } from './attach.ts';
import { canI } from './auth/cani.ts';
import { reconcile } from './auth/reconcile.ts';
import { whoAmI } from './auth/whoami.ts';
import { autoscale } from './autoscale.ts';
import { certificateCommands } from './certificate.ts';
import { clusterInfo, clusterInfoDump } from './clusterinfo.ts';
import { completion } from './completion.ts';
import { configCommands } from './config/registry.ts';
import { cp } from './cp.ts';
import { createCommands } from './create/registry.ts';
import { debug } from './debug/debug.ts';
import { deleteCommand } from './delete.ts';
import { describe } from './describe.ts';
import { diff } from './diff.ts';
import { edit } from './edit/edit.ts';
import { events } from './events.ts';
import { exec } from './exec.ts';
import { explain } from './explain/explain.ts';
import { expose } from './expose.ts';
import { get } from './get.ts';
import { groups } from './groups.ts';
import { kubercCommands } from './kuberc.ts';
import { kustomize } from './kustomize.ts';
import { label } from './label.ts';
import { logs } from './logs.ts';
import { cordonCommands } from './node/cordon.ts';
import { drain } from './node/drain.ts';
import { taint } from './node/taint.ts';
import { patch } from './patch.ts';
import { pluginList } from './plugin.ts';
import { portForward } from './portforward/portforward.ts';
import { proxy } from './proxy/proxy.ts';
import { replace } from './replace.ts';
import { rolloutCommands } from './rollout/registry.ts';
import { runCommand } from './run/run.ts';
import { scale } from './scale.ts';
import { setCommands } from './set/registry.ts';
import { topCommands } from './top.ts';
import { version } from './version.ts';
import { wait } from './wait/wait.ts';

export const commands: readonly Command[] = [
  ...groups,
  proxy,
  completion,
  pluginList,
  portForward,
  kustomize,
  ...kubercCommands,
  debug,
  ...topCommands,
  diff,
  viewLastApplied,
  setLastApplied,
  editLastApplied,
  edit,
  ...certificateCommands,
  reconcile,
  whoAmI,
  canI,
  cp,
  taint,
  drain,
  ...cordonCommands,
  logs,
  attach,
  exec,
  explain,
  ...configCommands,
  clusterInfo,
  clusterInfoDump,
  version,
  apiResources,
  apiVersions,
  events,
  wait,
  replace,
  patch,
  ...rolloutCommands,
  ...setCommands,
  autoscale,
  runCommand,
  expose,
  scale,
  annotate,
  label,
  apply,
  ...createCommands,
  deleteCommand,
  describe,
  get,
];
