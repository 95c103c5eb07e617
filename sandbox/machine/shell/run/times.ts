// What `time` reports.

/** All in milliseconds. */
export function timesReport(posix: boolean, real: number, user: number, system: number): string {
  if (posix) return `real ${decimal(real, 2)}\nuser ${decimal(user, 2)}\nsys ${decimal(system, 2)}\n`;
  return `\nreal\t${minutes(real)}\nuser\t${minutes(user)}\nsys\t${minutes(system)}\n`;
}

/** `0m1.234s` */
export function minutes(milliseconds: number): string {
  return `${Math.floor(milliseconds / 60_000)}m${decimal(milliseconds % 60_000, 3)}s`;
}

function decimal(milliseconds: number, digits: number): string {
  return (milliseconds / 1000).toFixed(digits);
}
