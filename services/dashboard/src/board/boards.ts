import { Router } from 'express';
import { signedInUser } from '../gate.ts';
import { type Board, createBoard } from './board.ts';
import { boardPage } from './board-page.ts';
import type { BoardQueues } from './board-queues.ts';

/** Gives every user their own board, made when they first come; goes behind a gate. */
export const createBoards = ({
  queues,
  ...options
}: Omit<Parameters<typeof createBoard>[0], 'user' | 'queues'> & {
  queues: BoardQueues;
}): Router => {
  const boards = new Map<string, Board>();
  return Router().use(boardPage, async (request, response, next) => {
    const user = signedInUser(response);
    const board = boards.get(user.name) ?? createBoard({ user, queues, ...options });
    boards.set(user.name, board);
    await queues.refresh();
    board.handler(request, response, next);
  });
};
