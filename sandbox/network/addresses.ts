// IPv4 addresses and ranges, as numbers and as texts. Pure.

/** An address as a number; undefined for what isn't an IPv4 address. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^[0-9]{1,3}$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

export function formatIPv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** A range of addresses: `10.244.1.0/24`. */
export interface Range {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

export function parseRange(cidr: string): Range | undefined {
  const [address = '', bits = ''] = cidr.split('/');
  const value = parseAddress(address);
  if (value === undefined || !/^[0-9]{1,2}$/.test(bits) || Number(bits) > 32) return undefined;
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(value / size) * size;
  return { first, last: first + size - 1, prefix: Number(bits) };
}

export function isInRange(cidr: string, address: string): boolean {
  const range = parseRange(cidr);
  const value = parseAddress(address);
  return range !== undefined && value !== undefined && value >= range.first && value <= range.last;
}

/** The first usable address of a range, which the node's own end of it has. */
export function gatewayOf(cidr: string): string | undefined {
  const range = parseRange(cidr);
  return range && formatIPv4(range.first + 1);
}

/** A hardware address made of an IPv4 one, as container network plug-ins make it. */
export function macOf(address: string): string {
  const value = parseAddress(address) ?? 0;
  const bytes = [24, 16, 8, 0].map((shift) => (Math.floor(value / 2 ** shift) % 256).toString(16).padStart(2, '0'));
  return ['0a', '58', ...bytes].join(':');
}
