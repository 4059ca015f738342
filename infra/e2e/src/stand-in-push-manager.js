// oxlint-disable unicorn/consistent-function-scoping -- One expression is what a browser can be given.
// Runs in the browser, in place of its own way to its maker's push service, which there is none of on a
// test's network: subscriptions are made at the test's service, through functions of the test.
(() => {
  const shown = (json) =>
    json === null
      ? null
      : {
          endpoint: json.endpoint,
          toJSON: () => json,
          unsubscribe: () => globalThis.unsubscribeAtService(),
        };
  Object.assign(PushManager.prototype, {
    subscribe: async ({ userVisibleOnly, applicationServerKey }) =>
      shown(await globalThis.subscribeAtService({ userVisibleOnly, applicationServerKey })),
    getSubscription: async () => shown(await globalThis.subscriptionAtService()),
  });
})();
