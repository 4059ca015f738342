export { InvalidPythonJsonError } from './errors/invalid-json-error.ts';
export { momentIso, momentOf } from './json/iso-texts.ts';
export { parsePythonJson, type ParseLimits } from './json/parse-json.ts';
export { readTags } from './json/read-tags.ts';
export type { JsonTypes } from './json/special-types.ts';
export { writePythonJson, type WriteOptions } from './json/write-json.ts';
export { exceptionRepr, pythonRepr, tupleRepr } from './repr/repr.ts';
export { REPR_LENGTH, safeRepr } from './repr/saferepr.ts';
