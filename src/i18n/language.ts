// The two languages of the teacher, and texts that authors write in both.

export const LANGUAGES = ['en', 'ja'] as const;

export type Language = (typeof LANGUAGES)[number];

/** A text of a lesson, complete in both languages. */
export type Localized = { readonly [L in Language]: string };
