// Our own kubectl as a function: what it prints comes back as text.

import type { Descriptor } from '../host/descriptors.ts';
import { runProgram } from '../host/drive.ts';
import { createHostSys } from '../host/sys.ts';
import { kubectl } from '../kubectl/kubectl.ts';

/** Which cluster: a context of a kubeconfig, both named by the user. */
export interface Place {
  readonly context: string;
  /** The default files unless given. */
  readonly kubeconfig?: string;
}

export interface Printed {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The flags that lead kubectl there. */
export function placeFlags({ context, kubeconfig }: Place): readonly string[] {
  return [`--context=${context}`, ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`])];
}

export async function callKubectl(place: Place, args: readonly string[]): Promise<Printed> {
  const [out, err] = [collector(), collector()];
  const { sys, close } = createHostSys(['kubectl', ...args, ...placeFlags(place)], [nothing(), out, err]);
  try {
    const status = await runProgram(kubectl, sys);
    return { status, stdout: out.text(), stderr: err.text() };
  } finally {
    close();
  }
}

function nothing(): Descriptor {
  return { read: async () => new Uint8Array(0), write() {}, close() {} };
}

function collector(): Descriptor & { text(): string } {
  const chunks: Uint8Array[] = [];
  return {
    read: async () => new Uint8Array(0),
    write: (data) => {
      chunks.push(new Uint8Array(data));
    },
    close() {},
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
