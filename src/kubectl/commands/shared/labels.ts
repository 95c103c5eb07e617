// `app=web,tier=front`: labels as one text, for commands that make objects.

export function parseLabelText(text: string): Readonly<Record<string, string>> {
  if (text === '') throw new Error('no label spec passed');
  return Object.fromEntries(
    text.split(',').map((spec) => {
      const [key = '', value = '', ...more] = spec.split('=');
      if (!spec.includes('=') || more.length > 0) throw new Error(`unexpected label spec: ${spec}`);
      if (key === '') throw new Error('unexpected empty label key');
      return [key, value];
    }),
  );
}
