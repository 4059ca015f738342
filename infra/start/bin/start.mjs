#!/usr/bin/env node
import { bootstrap } from './bootstrap.mjs';

bootstrap('infra/start/src/main.ts');
