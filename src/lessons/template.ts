// What `pack new` writes: the smallest lesson that passes lint.

/** Files by their paths from the pack's root. */
export function newLessonFiles(module: string, lesson: string): ReadonlyMap<string, string> {
  const folder = `${module}/${lesson}`;
  return new Map([
    ['course.yaml', `title:\n  en: My course\n  ja: わたしのコース\nmodules:\n  - ${module}\n`],
    [
      `${module}/module.yaml`,
      'title:\n  en: My module\n  ja: わたしのモジュール\nsummary:\n  en: What it is about.\n  ja: このモジュールの内容です。\n',
    ],
    [`${folder}/lesson.yaml`, LESSON],
    [`${folder}/lesson.en.md`, ENGLISH],
    [`${folder}/lesson.ja.md`, JAPANESE],
    [
      `${folder}/solutions/01-commands.sh`,
      '# goal: web-ready\nkubectl run web --image=nginx:1.27\nkubectl wait --for=condition=Ready pod/web --timeout=60s\n',
    ],
    [`${folder}/wrong/mistyped.sh`, '# diagnosis: mistyped\nkubectl run web --image=nginy:1.27\nsleep 30\n'],
  ]);
}

const LESSON = `title:
  en: My lesson
  ja: わたしのレッスン
idea:
  en: One sentence that says the one new idea.
  ja: 新しい考えを一つ、一文で。
minutes: 5
level: beginner
teaches: [my-concept]
steps:
  - anchor: first
    goals: [web-ready]
    hints:
      - en: A question that leads to the place to look at.
        ja: どこを見ればよいかに気づく質問。
      - en: What is wrong, with the name of the object and of the field.
        ja: 何がどこで違っているか。
      - en: The way, with its reason.
        ja: 直し方と、その理由。
goals:
  - id: web-ready
    title:
      en: a Pod named web is Ready
      ja: Pod web が Ready
    check:
      state:
        object: { kind: Pod, metadata: { name: web } }
        condition: Ready
diagnose:
  - id: mistyped
    goal: web-ready
    when:
      state:
        object: { kind: Pod, metadata: { name: web } }
        cel: >-
          has(object.status.containerStatuses) && object.status.containerStatuses.exists(c,
          has(c.state.waiting) && c.state.waiting.reason in ['ErrImagePull', 'ImagePullBackOff'])
    because:
      en: The node could not fetch that image.
      ja: ノードがそのイメージを取得できませんでした。
    concept: image-pull
debrief:
  model:
    en: The idea once more, in other words.
    ja: 同じ考えを、別の言葉で。
  reallife:
    en: Where it matters at work.
    ja: 現場で役に立つ場面。
  remember:
    - run: kubectl get pods
      says:
        en: what runs
        ja: 何が動いているか
review:
  - id: question
    concept: my-concept
    ask:
      en: A question about the idea?
      ja: この考えについての質問?
    options:
      - id: right
        text: { en: the right answer, ja: 正しい答え }
      - id: wrong
        text: { en: a wrong answer, ja: 間違った答え }
        because: { en: why somebody believes it, ja: そう思ってしまう理由 }
    answer: right
    because: { en: why it is so, ja: そうなる理由 }
`;

const ENGLISH = `# My lesson

## Begin {#first}

Say one thing at a time. Then let the learner do it:

\`\`\`run
kubectl run web --image=nginx:1.27
\`\`\`
`;

const JAPANESE = `# わたしのレッスン

## はじめる {#first}

一度に一つのことだけを伝えます。それから、やってもらいます。

\`\`\`run
kubectl run web --image=nginx:1.27
\`\`\`
`;
