import { sendNotification } from '@shared/contracts';
import { implement } from '@shared/queue';
import { type NoticeBoard, notify } from '../notify.ts';
import { plainLine } from '../plain-line.ts';

export const createSendNotification = (board: NoticeBoard) =>
  implement(sendNotification, async ({ userId, title, body, kind, link = null }, attempt) =>
    notify(
      { userId: String(userId), kind, title: plainLine(title, 200), body, link },
      attempt,
      board,
    ),
  );
