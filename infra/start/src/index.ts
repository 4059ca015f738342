export { parseProcfile, type ProcfileLine, readProcfile } from './procfile.ts';
