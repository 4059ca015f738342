import { sendPush } from '@shared/contracts';
import { implement } from '@shared/queue';
import { plainLine } from '../plain-line.ts';
import { pushToDevices, type PushOffice } from '../push-to-devices.ts';

export const createSendPush = (office: PushOffice) =>
  implement(sendPush, async ({ userId, title, body, data }, attempt) =>
    pushToDevices(
      String(userId),
      {
        title: plainLine(title, 200),
        body,
        // Push services carry text alone.
        data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, String(value)])),
      },
      attempt,
      office,
    ),
  );
