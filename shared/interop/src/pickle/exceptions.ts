/** The exception classes of Python's `builtins` (3.8 to 3.14); warnings are exceptions too. */
const BUILTIN = [
  'BaseException BaseExceptionGroup Exception ExceptionGroup GeneratorExit KeyboardInterrupt SystemExit',
  'ArithmeticError AssertionError AttributeError BlockingIOError BrokenPipeError BufferError',
  'ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError',
  'EOFError FileExistsError FileNotFoundError FloatingPointError ImportError IndentationError IndexError',
  'InterruptedError IsADirectoryError KeyError LookupError MemoryError ModuleNotFoundError NameError',
  'NotADirectoryError NotImplementedError OSError OverflowError PermissionError ProcessLookupError',
  'PythonFinalizationError RecursionError ReferenceError RuntimeError StopAsyncIteration StopIteration',
  'SyntaxError SystemError TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError',
  'UnicodeEncodeError UnicodeError UnicodeTranslateError ValueError ZeroDivisionError',
  'BytesWarning DeprecationWarning EncodingWarning FutureWarning ImportWarning PendingDeprecationWarning',
  'ResourceWarning RuntimeWarning SyntaxWarning UnicodeWarning UserWarning Warning',
];

/** Read as data wherever they come, by module. */
export const READABLE_EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  builtins: BUILTIN.flatMap((line) => line.split(' ')),
  'asyncio.exceptions': [
    'BrokenBarrierError',
    'CancelledError',
    'IncompleteReadError',
    'InvalidStateError',
    'LimitOverrunError',
    'QueueShutDown',
    'SendfileNotAvailableError',
    'TimeoutError',
  ],
  'concurrent.futures._base': ['CancelledError', 'InvalidStateError', 'TimeoutError'],
  'arq.jobs': ['DeserializationError', 'ResultNotFound', 'SerializationError'],
  'arq.worker': ['FailedJobs', 'JobExecutionFailed', 'Retry', 'RetryJob'],
};

/** Written: each of them takes any arguments, and every client of RQ and ARQ has it. */
const WRITABLE = new Set([
  'arq.jobs DeserializationError',
  'arq.jobs SerializationError',
  'arq.worker JobExecutionFailed',
  'asyncio.exceptions CancelledError',
  'builtins AttributeError',
  'builtins ConnectionError',
  'builtins Exception',
  'builtins FileNotFoundError',
  'builtins IndexError',
  'builtins KeyError',
  'builtins NotImplementedError',
  'builtins OSError',
  'builtins OverflowError',
  'builtins PermissionError',
  'builtins RuntimeError',
  'builtins TimeoutError',
  'builtins TypeError',
  'builtins UnicodeError',
  'builtins ValueError',
  'builtins ZeroDivisionError',
]);

/**
 * The name to write for an exception, or undefined for one that may not be written. StopIteration becomes
 * RuntimeError: raised inside a coroutine, Python would turn it into that anyway.
 */
export const writableException = (module: string, name: string): string | undefined => {
  if (module === 'builtins' && name === 'StopIteration') return 'RuntimeError';
  return WRITABLE.has(`${module} ${name}`) ? name : undefined;
};

/** The subclass that `OSError(errno, …)` makes in CPython (Objects/exceptions.c), by Linux's numbers. */
const BY_ERRNO: ReadonlyMap<unknown, string> = new Map([
  [1, 'PermissionError'],
  [2, 'FileNotFoundError'],
  [3, 'ProcessLookupError'],
  [4, 'InterruptedError'],
  [10, 'ChildProcessError'],
  [11, 'BlockingIOError'],
  [13, 'PermissionError'],
  [17, 'FileExistsError'],
  [20, 'NotADirectoryError'],
  [21, 'IsADirectoryError'],
  [32, 'BrokenPipeError'],
  [103, 'ConnectionAbortedError'],
  [104, 'ConnectionResetError'],
  [108, 'BrokenPipeError'],
  [110, 'TimeoutError'],
  [111, 'ConnectionRefusedError'],
  [114, 'BlockingIOError'],
  [115, 'BlockingIOError'],
]);

export const osErrorName = (args: readonly unknown[]): string =>
  (args.length >= 2 && args.length <= 5 ? BY_ERRNO.get(args[0]) : undefined) ?? 'OSError';
