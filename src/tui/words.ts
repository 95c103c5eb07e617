// What the screen says in both languages. Keys, commands and names of the field are the same in both.

import type { Language } from '../i18n/language.ts';

/** English, Japanese. */
const WORDS = {
  otherLanguage: ['Tab: 日本語', 'Tab: English'],
  welcome1: [
    'A whole Kubernetes cluster runs inside this program. No Docker, no account.',
    'このプログラムの中で、Kubernetes クラスターが丸ごと動いています。',
  ],
  welcome2: [
    'You type real kubectl. Nothing can break: your own kubeconfig is never touched,',
    'Docker もアカウントも不要です。本物と同じように kubectl を打ちます。',
  ],
  welcome3: [
    'and `undo` takes back any command.',
    '手元の kubeconfig には触れません。どのコマンドも `undo` で取り消せます。',
  ],
  welcomePlan: [
    'In 10 minutes: start a program here, break it, find out why, mend it.',
    '10分で、プログラムを動かし、壊し、原因を突き止めて、直すところまで。',
  ],
  allLessons: ['all lessons, none is locked', 'レッスン一覧（どこからでも）'],
  play: ['play: a cluster, no lesson', 'play: レッスンなしで触る'],
  asYouLeftIt: ['Your cluster stands as you left it.', 'クラスターは前回のままです。'],
  opening: ['One moment: the cluster gets ready ...', '少々お待ちください。クラスターを準備しています...'],
  keys: ['keys, colours, screen reader', 'キー操作・色・読み上げ'],
  drill: ["drill: today's incident", '障害訓練: 今日の1問'],
  quit: ['quit', '終了'],
  progressIn: ['Progress: {folder}   Nothing leaves this machine.', '進み具合: {folder}   外部には何も送りません。'],
  lessons: ['Lessons', 'レッスン一覧'],
  minutes: ['{n} min', '{n}分'],
  coming: ['coming', '準備中'],
  listKeys: ['Enter begins  ↑ ↓ choose  Esc back', 'Enter 開始  ↑ ↓ 選択  Esc 戻る'],
  step: ['step {n}/{of}', 'ステップ {n}/{of}'],
  goal: ['goal', 'ゴール'],
  noGoals: ['read and try; `next` goes on', '読んで試したら `next` で次へ'],
  goals: ['goals', 'ゴール'],
  predicted: ['you predicted', 'あなたの予想'],
  map: ['map', 'クラスター'],
  cluster: ['cluster', 'クラスター'],
  services: ['services', 'Service'],
  happened: ['what happened', '起きたこと'],
  timeline: ['timeline', 'タイムライン'],
  traffic: ['traffic: who asked whom, who answered', '通信: 誰が誰に問い合わせ、誰が答えたか'],
  diff: ['spec against status', '望んだ姿(spec) と いまの姿(status)'],
  shell: ['shell {n}', 'シェル {n}'],
  paused: ['paused', '停止中'],
  slowed: ['slowed', '遅れ'],
  page: ['page {n}/{of}  Esc {way}', '{n}/{of}ページ  Esc {way}'],
  putIn: ['{key}  puts it in for you', '{key}  入力欄に入れる'],
  keysAtPrompt: [
    'Esc menu  Tab complete  hint  check  why  undo  next  skip  Ctrl-D leave',
    'Esc メニュー  Tab 補完  hint  check  why  undo  next  skip  Ctrl-D 終了',
  ],
  keysInDrill: [
    'Esc menu  diagnose KIND/NAME  hint  check  why  skip  give up',
    'Esc メニュー  diagnose KIND/NAME  hint  check  why  skip  give up',
  ],
  copiesResult: ['y copies the result   ', 'y 結果をコピー   '],
  keysInPlay: [
    'Esc menu  Tab complete  why  undo  skip  map  timeline  Ctrl-D leave',
    'Esc メニュー  Tab 補完  why  undo  skip  map  timeline  Ctrl-D 終了',
  ],
  keysRunning: ['{menu} menu  Ctrl-C stops what runs', '{menu} メニュー  Ctrl-C 実行中のコマンドを止める'],
  keysSystem: ['{menu} menu   words that work here: {words}', '{menu} メニュー   ここで使える言葉: {words}'],
  keysFull: ['{menu} menu', '{menu} メニュー'],
  keysInVi: [
    '{menu} menu   vi: i writes   Esc :wq Enter keeps it   Esc :q! Enter drops it',
    '{menu} メニュー   vi: i で入力   Esc :wq Enter で保存   Esc :q! Enter で破棄',
  ],
  keysInLess: ['{menu} menu   less: Space goes on   q leaves', '{menu} メニュー   less: Space で次へ   q で終了'],
  keysInWatch: ['{menu} menu   watch: Ctrl-C leaves', '{menu} メニュー   watch: Ctrl-C で終了'],
  scrolledBack: ['PgDn', 'PgDn'],
  newOutput: ['{n} new', '新しい出力 {n}行'],
  anyKey: ['Esc closes', 'Esc 閉じる'],
  scrollKeys: ['↑ ↓ PgUp PgDn  Esc closes', '↑ ↓ PgUp PgDn  Esc 閉じる'],
  menu: ['menu', 'メニュー'],
  menuInsert: ['put the offered command in', '例のコマンドを入力欄に入れる'],
  menuHint: ['a hint', 'ヒント'],
  menuCheck: ['check: what is, what was expected', 'check: いまの状態と期待される状態'],
  menuStory: ['the story of this step', 'このステップの説明'],
  menuMap: ['the cluster map, large', 'クラスターの地図を大きく'],
  menuTimeline: ['what happened', '起きたこと（タイムライン）'],
  menuTraffic: ['traffic: who answered, who failed', '通信: 誰が応え、誰が失敗したか'],
  menuDiff: ['spec against status', '望んだ姿といまの姿の違い'],
  menuUndo: ['take back the last command', '直前のコマンドを取り消す'],
  menuSkip: ['skip the waiting', '待ち時間を飛ばす'],
  menuPause: ['stop or start the clock', '時計を止める／動かす'],
  menuSpeed: ['time 10 times as fast / as usual', '時間を10倍に／元に戻す'],
  menuShell: ['a new shell', '新しいシェル'],
  menuZoom: ['terminal alone / all', 'ターミナルだけ／全体'],
  menuNext: ['the next step', '次のステップへ'],
  menuCopy: ['copy the last output', '直前の出力をコピー'],
  menuLanguage: ['日本語', 'English'],
  menuMouse: ['mouse wheel scrolls / not', 'マウスホイールでスクロール／しない'],
  menuHelp: ['keys', 'キー操作'],
  menuLeave: ['leave (everything is saved)', '終了（すべて保存されます）'],
  prediction: ['Before you do it: what do you expect?', '実行する前に: どうなると思いますか？'],
  review: ['What do you remember?', '覚えていますか？'],
  cardOne: ['1-{n} answers   Esc skips   never graded', '1-{n} 回答   Esc とばす   採点はしません'],
  cardSeveral: [
    '1-{n} choose   Enter answers   Esc skips   never graded',
    '1-{n} 選択   Enter 回答   Esc とばす   採点はしません',
  ],
  cardStory: ['   ↑ ↓ the story', '   ↑ ↓ 説明を読む'],
  cardWords: ['type it, Enter answers   Esc skips   never graded', '入力して Enter 回答   Esc とばす   採点はしません'],
  enterGoesOn: ['Enter goes on', 'Enter 次へ'],
  didYouMean: ['did you mean {name}? ↑ to edit', '{name} のことですか？ ↑ で修正できます'],
  halfWidth: ['switch your input method to half-width', '全角で入力されています。半角に切り替えてください'],
  undone: ['undone: {line}', '取り消し: {line}'],
  noUndo: [
    'What a shell of your own system did is not on record, so it cannot be taken back. `restart` puts the cluster back to where this step began; your files stay as they are.',
    '手元のシェルでしたことは記録されないので、取り消せません。`restart` でクラスターをこのステップの初めに戻せます。ファイルはそのままです。',
  ],
  noUndoInPlay: [
    'What a shell of your own system did is not on record, so it cannot be taken back.',
    '手元のシェルでしたことは記録されないので、取り消せません。',
  ],
  nothingToUndo: ['nothing to undo', '取り消せるコマンドはありません'],
  skipped: ['{time} later', '{time}後'],
  skipping: ['{time} so far   Ctrl-C stops', '{time}経過   Ctrl-C で停止'],
  stillRuns: ['shell {n} goes on: {line}', 'シェル {n} は実行中: {line}'],
  skipUsage: ['skip 30s, skip 5m: a length of time', 'skip 30s、skip 5m のように時間を指定します'],
  copied: ['{n} lines are on the clipboard', '{n}行をクリップボードにコピーしました'],
  nothingToCopy: ['no output to copy yet', 'コピーする出力がまだありません'],
  tooLongToCopy: ['{n} lines: too much for a clipboard', '{n}行: 長すぎてコピーできません'],
  noMoreShells: ['four shells are open already', 'シェルは4つまでです'],
  tooSmall: [
    'This terminal is {columns}x{rows}. The screen needs 60x16; `k8s-learn learn {lesson} --plain` needs none.',
    'この端末は {columns}x{rows} です。画面表示には 60x16 が必要です。`k8s-learn learn {lesson} --plain` なら動きます。',
  ],
  done: ['done: {goal}', '達成: {goal}'],
  lastDone: ['Enter: what to take with you', 'Enter: まとめ'],
  stepDone: ['Enter: next step', 'Enter: 次のステップ'],
  debrief: ['What you take with you', '今回のまとめ'],
  expected: ['expected', '期待'],
  is: ['is', '現在'],
  because: ['because', '理由'],
  notThere: ['{object} is not there', '{object} はありません'],
  noNode: ['no node', 'ノード未定'],
  leadsNowhere: ['nothing', '行き先なし'],
  pulls: ['{node} pulls {image}, {time}', '{node} が {image} を取得中、{time}'],
  notReady: ['not ready', 'Ready 待ち'],
  nothingYet: ['nothing yet', 'まだ何も起きていません'],
  you: ['you', 'あなた'],
  ready: ['ready', '準備完了'],
  helpTitle: ['Keys', 'キー操作'],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof WORDS;

/** A sentence with its placeholders filled in. */
export function say(lang: Language, word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  return filled(WORDS[word][lang === 'ja' ? 1 : 0], values);
}

/** Puts values in place of `{name}`. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}
