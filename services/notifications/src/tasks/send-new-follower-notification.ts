import { sendNewFollowerNotification } from '@shared/contracts';
import { implement } from '@shared/queue';
import { type NoticeBoard, notify } from '../notify.ts';
import { plainLine } from '../plain-line.ts';

const MAX_NAME_LENGTH = 60;

export const createSendNewFollowerNotification = (board: NoticeBoard) =>
  implement(
    sendNewFollowerNotification,
    async ({ followerId, followerName, followedUserId }, attempt) => {
      const name = plainLine(followerName, MAX_NAME_LENGTH) || 'Somebody';
      const notice = {
        userId: String(followedUserId),
        kind: 'new-follower',
        title: `${name} follows you`,
        body: '',
        link: `/users/${encodeURIComponent(followerId)}`,
      };
      return notify(notice, attempt, board);
    },
  );
