// The work view: a lesson or play, from keys to the model of the picture.

import type { Key } from '../../workstation/keys.ts';
import type { WorkModel } from '../model.ts';
import { closeDesk, type DeskOptions, newDesk, touch } from './desk.ts';
import { heard } from './heard.ts';
import { pressOnDesk } from './keys.ts';
import { deskModel } from './model.ts';
import { fitTerminals, passed, rewound, takeSeats, tellFirst } from './turn.ts';

export interface Work {
  press(key: Key): void;
  /** The surface has another size. */
  resize(): void;
  model(): WorkModel;
  close(): void;
}

/** Sits down at a session: opens a shell unless there is one, and lets its time pass. */
export function openWork(options: DeskOptions): Work {
  const desk = newDesk(options, { passed, rewound, heard });
  takeSeats(desk);
  tellFirst(desk);
  touch(desk);
  return {
    press: (key) => pressOnDesk(desk, key),
    resize() {
      fitTerminals(desk);
      options.changed();
    },
    model: () => deskModel(desk),
    close: () => closeDesk(desk),
  };
}
