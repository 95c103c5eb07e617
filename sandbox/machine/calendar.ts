// Names of days and months, as programs print them.

export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `Sun`, `Jan` */
export const SHORT_DAYS = DAYS.map((name) => name.slice(0, 3));
export const SHORT_MONTHS = MONTHS.map((name) => name.slice(0, 3));
