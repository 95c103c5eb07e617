// `$(NAME)` in commands and variables: replaced by what is known, left as it stands otherwise. `$$` is a dollar.

export function expand(text: string, lookUp: (name: string) => string | undefined): string {
  let result = '';
  let at = 0;
  for (;;) {
    const dollar = text.indexOf('$', at);
    if (dollar < 0 || dollar === text.length - 1) return result + text.slice(at);
    result += text.slice(at, dollar);
    const next = text.charAt(dollar + 1);
    const end = next === '(' ? text.indexOf(')', dollar + 2) : -1;
    if (end >= 0) {
      const name = text.slice(dollar + 2, end);
      result += lookUp(name) ?? `$(${name})`;
      at = end + 1;
    } else {
      result += next === '$' ? '$' : next === '(' ? '$(' : `$${next}`;
      at = dollar + 2;
    }
  }
}
