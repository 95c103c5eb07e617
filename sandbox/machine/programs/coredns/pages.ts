// The pages of CoreDNS for probes and metrics, as HTTP text.

export type Page = 'health' | 'ready' | 'metrics';

export interface PageFacts {
  readonly ready: boolean;
  readonly ending: boolean;
  readonly answered: ReadonlyMap<string, number>;
}

export function pageFor(page: Page, request: string, facts: PageFacts): string {
  const path = /^[A-Z]+ ([^ ?]*)/.exec(request)?.[1] ?? '/';
  switch (page) {
    case 'health':
      return path === '/health' ? response(200, 'OK') : response(404, '404 page not found\n');
    case 'ready':
      if (path !== '/ready') return response(404, '404 page not found\n');
      return facts.ready && !facts.ending
        ? response(200, 'OK')
        : response(503, facts.ending ? 'Shutting down' : 'kubernetes');
    case 'metrics':
      return path === '/metrics' ? response(200, metrics(facts)) : response(404, '404 page not found\n');
    default:
      return page satisfies never;
  }
}

const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 404: 'Not Found', 503: 'Service Unavailable' };

function response(status: number, body: string): string {
  return `HTTP/1.1 ${status} ${REASONS[status]}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
}

function metrics({ answered }: PageFacts): string {
  const lines = [...answered].map(
    ([status, count]) =>
      `coredns_dns_responses_total{plugin="",rcode="${status}",server="dns://:53",view="",zone="."} ${count}\n`,
  );
  return `# HELP coredns_dns_responses_total Counter of response status codes.\n# TYPE coredns_dns_responses_total counter\n${lines.join('')}`;
}
