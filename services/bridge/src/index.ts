export { openSides } from './open-sides.ts';
