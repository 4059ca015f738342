import { createBullBoard } from '@bull-board/api';
import type { UIConfig } from '@bull-board/api/typings/app';
import { ExpressAdapter } from '@bull-board/express';
import type { Logger } from '@shared/service';
import type { RequestHandler } from 'express';
import { atLeast } from '../roles.ts';
import type { DashboardUser } from '../users.ts';
import type { BoardQueues } from './board-queues.ts';
import { type Audit, createBefore, redactAfter } from './hooks.ts';

/** Where the board is mounted; its page builds addresses from it. */
export const BOARD_PATH = '/queues';

/** One user's Bull Board: what it shows and allows is what this user may. */
export type Board = { handler: RequestHandler };

export const createBoard = ({
  user,
  queues,
  audit,
  environment,
  log,
}: {
  user: DashboardUser;
  queues: Pick<BoardQueues, 'adapters'>;
  audit: Audit;
  /** Shown as a badge. */
  environment: string;
  log: Logger;
}): Board => {
  const serverAdapter = new ExpressAdapter().setBasePath(BOARD_PATH);
  const { replaceQueues } = createBullBoard({
    queues: [],
    serverAdapter,
    options: {
      uiConfig: uiConfig(user, environment),
      handlerHooks: { before: createBefore({ user, audit, log }), after: redactAfter },
    },
  });
  // Typed as `any` by the adapter; it is an Express application.
  const app = serverAdapter.getRouter() as RequestHandler;
  let shown: ReturnType<BoardQueues['adapters']> | undefined;
  return {
    handler(request, response, next) {
      if (shown !== queues.adapters()) {
        shown = queues.adapters();
        replaceQueues(atLeast(user.role, 'operator') ? shown.writable : shown.readOnly);
      }
      void app(request, response, next);
    },
  };
};

const uiConfig = ({ name, role }: DashboardUser, environment: string): UIConfig => ({
  boardTitle: 'Taskyard',
  boardLogo: { path: '/icon.svg', width: 26, height: 26 },
  favIcon: { default: '/icon.svg', alternative: '/icon.svg' },
  environment: {
    label: environment,
    color: environment === 'production' ? '#b3261e' : '#4f46e5',
    textColor: '#ffffff',
  },
  miscLinks: [
    { text: 'Fleet', url: '/fleet' },
    { text: 'Events', url: '/events' },
    { text: 'Held jobs', url: '/held' },
    ...(atLeast(role, 'admin') ? [{ text: 'Audit log', url: '/audit' }] : []),
    { text: `${name} (${role}): sign out`, url: '/account' },
  ],
  hideDocsLink: true,
  // Workers' connections do not bear the names that Bull Board looks for, and looking is CLIENT LIST.
  showWorkers: false,
});
