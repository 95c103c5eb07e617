// The views as plain lines: for screen readers, pipes and tests.

import type { Language } from '../i18n/language.ts';
import type { Session } from '../session/session.ts';
import { ROUND } from './glyphs.ts';
import { readCluster } from './live.ts';
import { plain } from './text.ts';
import { viewAsked } from './views.ts';
import { happeningsIn } from './work/model.ts';
import { currentNamespace } from './world.ts';

/** No line is cut for want of room. */
const COLUMNS = 200;

/** `map`, `timeline`, `traffic`, `diff`; undefined for other lines. */
export function viewLines(line: string, session: Session, lang: Language): readonly string[] | undefined {
  const view = viewAsked(line, () => {
    const reading = readCluster(session);
    return {
      session,
      reading,
      happened: () => happeningsIn(session, reading.events),
      namespace: currentNamespace(session),
      surface: { lang, glyphs: ROUND },
      columns: COLUMNS,
    };
  });
  return view && [view.title, ...view.rows.map((row) => plain(row).trimEnd().replace(/ {3,}/g, '   '))];
}
