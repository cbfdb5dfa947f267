/** Entry of the engine's dedicated worker: the composition root of the browser's engine. [BRW-1] */
import { installEngineErrorTransfer } from './engine-error-transfer.ts';
import { exposeEngine } from './expose-engine.ts';
import { createPlaceholderEngine } from './placeholder-engine.ts';

installEngineErrorTransfer();
exposeEngine(createPlaceholderEngine(), () => undefined);
