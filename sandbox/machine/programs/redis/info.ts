// What redis tells of itself: INFO by its sections, and the settings that CONFIG GET knows.

export interface Told {
  readonly version: string;
  readonly pid: number;
  readonly port: number;
  readonly upSeconds: number;
  readonly clients: number;
  readonly waiting: number;
  readonly connections: number;
  readonly commands: number;
  readonly appendOnly: boolean;
  readonly dirty: number;
  /** Seconds since 1970. */
  readonly lastSave: number;
  /** Bytes that keys and values take. */
  readonly memory: number;
  readonly maxMemory: string;
  readonly policy: string;
  /** Keys by the number of their database: how many, and how many of these expire. */
  readonly keys: readonly (readonly [db: number, keys: number, expires: number])[];
}

type Lines = (told: Told) => readonly (readonly [string, string | number])[];

const SECTIONS: Readonly<Record<string, Lines>> = {
  Server: ({ version, pid, port, upSeconds }) => [
    ['redis_version', version],
    ['redis_mode', 'standalone'],
    ['process_id', pid],
    ['tcp_port', port],
    ['uptime_in_seconds', upSeconds],
    ['uptime_in_days', Math.floor(upSeconds / 86_400)],
  ],
  Clients: ({ clients, waiting }) => [
    ['connected_clients', clients],
    ['maxclients', 10_000],
    ['blocked_clients', waiting],
  ],
  Memory: ({ memory, maxMemory, policy }) => [
    ['used_memory', BASE_MEMORY + memory],
    ['used_memory_human', human(BASE_MEMORY + memory)],
    ['used_memory_dataset', memory],
    ['maxmemory', maxMemory],
    ['maxmemory_policy', policy],
  ],
  Persistence: ({ dirty, lastSave, appendOnly }) => [
    ['loading', 0],
    ['rdb_changes_since_last_save', dirty],
    ['rdb_bgsave_in_progress', 0],
    ['rdb_last_save_time', lastSave],
    ['aof_enabled', appendOnly ? 1 : 0],
  ],
  Stats: ({ connections, commands }) => [
    ['total_connections_received', connections],
    ['total_commands_processed', commands],
  ],
  Replication: () => [
    ['role', 'master'],
    ['connected_slaves', 0],
  ],
  Cluster: () => [['cluster_enabled', 0]],
  Keyspace: ({ keys }) => keys.map(([db, count, expires]) => [`db${db}`, `keys=${count},expires=${expires},avg_ttl=0`]),
};

/** What an empty server takes. */
const BASE_MEMORY = 900_000;

function human(bytes: number): string {
  return bytes < 2 ** 20 ? `${(bytes / 1024).toFixed(2)}K` : `${(bytes / 2 ** 20).toFixed(2)}M`;
}

/** All sections, or those that are named. */
export function info(told: Told, wanted: readonly string[]): string {
  const names = wanted.map((name) => name.toLowerCase());
  const all = names.length === 0 || names.some((name) => ['all', 'default', 'everything'].includes(name));
  return Object.entries(SECTIONS)
    .filter(([name]) => all || names.includes(name.toLowerCase()))
    .map(([name, lines]) => [`# ${name}`, ...lines(told).map(([key, value]) => `${key}:${value}`), ''].join('\r\n'))
    .join('\r\n');
}
