// How help is laid out on what it is written to.

import type { Fd, Sys } from '../../../../sandbox/machine/sys.ts';
import type { HelpLayout } from '../../cli/help.ts';
import { pluginNames } from '../../cli/plugin.ts';
import { homeOf } from '../../kubeconfig/load.ts';
import { helpWidth } from '../../text/wrap.ts';

export function helpLayout(sys: Sys, fd: Fd): HelpLayout {
  return {
    home: homeOf(sys),
    width: sys.isatty(fd) ? helpWidth(sys.ttySize(fd)?.columns) : 0,
    plugins: () => pluginNames(sys).flatMap(([first]) => first ?? []),
  };
}
