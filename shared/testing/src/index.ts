export { currentCelery } from './current-celery.ts';
export { eventually } from './eventually.ts';
export { startFakePushService } from './push-service/fake-push-service.ts';
export { type SelfSigned, selfSigned } from './self-signed.ts';
export { testDatabaseUrl, testRedisUrl, uniquePrefix } from './servers.ts';
export { type HoldUp, holdUp } from './hold-up.ts';
export { logged, startProcess, startProgram } from './service-process.ts';
