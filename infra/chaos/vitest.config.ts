export { default } from '@shared/testing/vitest';
