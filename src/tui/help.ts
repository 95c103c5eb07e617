// The page of keys and words, in both languages.

import { keyText } from './bindings.ts';
import type { Surface } from './model.ts';
import { fill, NO_ROW, type Row, row, STYLES, span } from './text.ts';
import { filled } from './words.ts';
import { wrap } from './wrap.ts';

type Line = readonly [keys: string, en: string, ja: string];

const LINES: readonly (Line | undefined)[] = [
  ['hint  check', 'a hint; what is and what was expected', 'ヒント／いまの状態と期待される状態'],
  [
    'why KIND/NAME',
    'why something is as it is, back to your command',
    'なぜそうなったかを、打ったコマンドまでさかのぼる',
  ],
  ['undo', 'takes back the last command, the whole cluster with it', '直前のコマンドを取り消す（クラスターごと戻る）'],
  ['skip  skip 5m', 'jumps to the next change; five minutes on', '次の変化まで飛ばす／5分進める'],
  ['next', 'the next step', '次のステップへ'],
  ['copy', 'puts the last output on your clipboard', '直前の出力をクリップボードにコピー'],
  ['map  timeline', 'the cluster; what happened', 'クラスターの地図／起きたこと'],
  ['traffic', 'who asked whom, who answered and who failed', '誰が誰に問い合わせ、誰が応え、誰が失敗したか'],
  ['diff  diff po/NAME', 'what was asked for against what there is', '望んだ姿(spec)といまの姿(status)の違い'],
  undefined,
  [
    'Esc  {menu}',
    'the menu ({menu} also while something runs; twice sends it on)',
    'メニュー（{menu} は実行中でも可。2回で中へ送る）',
  ],
  ['Tab', 'completes commands, flags, kinds, names, files', '補完: コマンド・フラグ・種類・名前・ファイル'],
  ['↑ ↓  Ctrl-R', 'lines before; looks for one', '履歴／履歴を検索'],
  ['Alt-b Alt-f', 'a word back, forward (Ctrl-← Ctrl-→)', '1語戻る／進む（Ctrl-← Ctrl-→）'],
  ['Ctrl-A E K U W Y', 'begin, end, cut to end, to begin, a word, put in', '行頭・行末・切り取り各種・貼り付け'],
  ['Ctrl-_', 'undoes a change of the line', '行の編集を1つ戻す'],
  ['PgUp PgDn', 'scrolls the terminal', 'ターミナルをスクロール'],
  ['Ctrl-C Ctrl-D', 'stops what runs; leaves, on an empty line', '実行中のコマンドを止める／空行で終了'],
  undefined,
  ['settings.yaml', 'in the data folder: keys, mouse, plain lines', 'データフォルダーに置く: キー・マウス・行表示'],
  ['NO_COLOR=1', 'no colours', '色を使わない'],
  [
    '--plain',
    'lines instead of a screen: for screen readers and scripts',
    '画面の代わりに行で表示（読み上げ・スクリプト向け）',
  ],
];

/** Columns of the keys. */
const KEYS = 19;

export function helpRows({ lang, bindings, size }: Pick<Surface, 'lang' | 'bindings' | 'size'>): Row[] {
  const keys = { menu: keyText(bindings.menu) };
  return LINES.flatMap((line) => {
    if (line === undefined) return [NO_ROW];
    const name = fill([span(filled(line[0], keys), STYLES.key)], KEYS);
    return wrap([...name, ...row(filled(line[lang === 'ja' ? 2 : 1], keys))], size.columns - 1, KEYS);
  });
}
