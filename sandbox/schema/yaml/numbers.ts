// Floating-point numbers as Go's strconv writes them in its shortest form.

/** `0.25`, `123456`, `1e+06`, `1.5e-07`. */
export function goFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** The shortest text of a number in single precision. */
export function singlePrecision(value: number): string {
  const single = Math.fround(value);
  for (let digits = 1; digits < 9 && Number.isFinite(single); digits++) {
    const shorter = Number(single.toPrecision(digits));
    if (Math.fround(shorter) === single) return goFloat(shorter);
  }
  return goFloat(single);
}
