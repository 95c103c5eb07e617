// URLs as the command-line clients take them.

export interface Url {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  /** As it was written: without the port where none was. */
  readonly hostAndPort: string;
  /** With the query, at least `/`. */
  readonly path: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, ftp: 21, ws: 80, wss: 443, telnet: 23 };

/** Undefined when it can't be read as one. Without a scheme, `otherwise` is meant. */
export function parseUrl(text: string, otherwise: string): Url | undefined {
  const found =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(?:([^@/?#]*)@)?(\[[0-9A-Fa-f:.]+\]|[^:/?#[\]]*)(?::(\d*))?([/?#].*)?$/.exec(
      text,
    );
  if (found === null) return undefined;
  const [, scheme = otherwise, login, host = '', port = '', rest = ''] = found;
  const number = port === '' ? (PORTS[scheme.toLowerCase()] ?? 80) : Number(port);
  if (host === '' || number > 65_535) return undefined;
  const [user, password] = login?.split(':') ?? [];
  const path = rest.replace(/#.*$/, '');
  return {
    scheme: scheme.toLowerCase(),
    host: host.replace(/^\[|\]$/g, ''),
    port: number,
    hostAndPort: port === '' ? host : `${host}:${port}`,
    path: path.startsWith('/') ? path : `/${path}`,
    user,
    password,
  };
}
