// The cluster as a library: what `k8s-learn/sandbox` offers.

export { assemble, newSimulatorState, type Simulator, type SimulatorState } from './simulator.ts';
