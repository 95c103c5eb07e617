// `--cluster FILE`, wherever it is understood.

import { readFileSync } from 'node:fs';
import type { ClusterSpec } from '../../sandbox/cluster.ts';
import { messageOf } from '../../sandbox/kube/thrown.ts';
import { ClusterFileError, readClusterFile } from '../session/clusterfile.ts';
import { EXIT, Failure } from './failure.ts';

/** The cluster that a file describes. Throws a Failure that says what is wrong with it. */
export function clusterFileAt(file: string): ClusterSpec {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why = messageOf(error);
    throw new Failure(EXIT.usage, `k8s-learn: --cluster ${file} can't be read.`, why, '');
  }
  try {
    return readClusterFile(text);
  } catch (error) {
    if (!(error instanceof ClusterFileError)) throw error;
    throw new Failure(
      EXIT.usage,
      `k8s-learn: --cluster ${file} is no cluster file.`,
      `${error.message}.`,
      'An example: nodes: 3',
    );
  }
}
